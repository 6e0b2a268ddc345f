package io.modelhub.catalog.organization;

import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Organizations in the database and on their topic. */
@Component
@Order(1)
final class OrganizationMirror implements Mirrored<io.modelhub.schema.Organization> {

    private final OrganizationTable rows;
    private final Topic<String, io.modelhub.schema.Organization> topic;

    OrganizationMirror(OrganizationTable rows, Topics topics) {
        this.rows = rows;
        this.topic = topics.organizations();
    }

    @Override
    public Topic<String, io.modelhub.schema.Organization> topic() {
        return topic;
    }

    @Override
    public String table() {
        return "organization";
    }

    @Override
    public String keyColumn() {
        return "id";
    }

    @Override
    public Map<String, io.modelhub.schema.Organization> states(Collection<String> keys) {
        return rows.findByIdIn(keys).stream().collect(Collectors.toMap(Organization::id, Organization::published));
    }

    @Override
    public void insert(Collection<io.modelhub.schema.Organization> states) {
        rows.saveAll(states.stream().map(OrganizationMirror::row).toList());
    }

    private static Organization row(io.modelhub.schema.Organization state) {
        return new Organization(
                state.getId(), state.getName(), state.getTimeZone(), state.getStatus(), 0, state.getUpdatedAt());
    }
}
