package io.modelhub.catalog.provider;

import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Providers in the database and on their topic. */
@Component
@Order(2)
final class ProviderMirror implements Mirrored<io.modelhub.schema.Provider> {

    private final ProviderTable rows;
    private final Topic<String, io.modelhub.schema.Provider> topic;

    ProviderMirror(ProviderTable rows, Topics topics) {
        this.rows = rows;
        this.topic = topics.providers();
    }

    @Override
    public Topic<String, io.modelhub.schema.Provider> topic() {
        return topic;
    }

    @Override
    public String table() {
        return "provider";
    }

    @Override
    public String keyColumn() {
        return "slug";
    }

    @Override
    public Map<String, io.modelhub.schema.Provider> states(Collection<String> keys) {
        return rows.findBySlugIn(keys).stream().collect(Collectors.toMap(Provider::slug, Provider::published));
    }

    @Override
    public void insert(Collection<io.modelhub.schema.Provider> states) {
        rows.saveAll(states.stream().map(ProviderMirror::row).toList());
    }

    private static Provider row(io.modelhub.schema.Provider state) {
        return new Provider(
                state.getSlug(),
                state.getName(),
                state.getDescription(),
                state.getWebsite(),
                state.getDocumentationUrl(),
                state.getStatus(),
                state.getConfig(),
                0,
                state.getUpdatedAt());
    }
}
