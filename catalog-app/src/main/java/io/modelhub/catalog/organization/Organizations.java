package io.modelhub.catalog.organization;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Referrer;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.schema.EntityStatus;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The organizations, and their publication. */
@Component
public class Organizations {

    private static final String REFERRERS = """
            (SELECT 'api_key' AS kind, id::text AS id FROM api_key WHERE organization = ? ORDER BY id LIMIT 100)
            UNION ALL
            (SELECT 'routing_rule' AS kind, id::text FROM routing_rule WHERE organization = ? ORDER BY id LIMIT 100)""";

    private static final Listing<String> LISTING = Listing.of("organization", "id", ColumnType.TEXT)
            .sortedBy("name", ColumnType.TEXT)
            .sortedBy("updated_at", ColumnType.TIME)
            .filteredBy("status", OrganizationBody.STATES)
            .searchedBy("id", "name");

    private final OrganizationTable table;
    private final Topic<String, io.modelhub.schema.Organization> topic;
    private final JdbcClient jdbc;

    Organizations(OrganizationTable table, Topics topics, JdbcClient jdbc) {
        this.table = table;
        this.topic = topics.organizations();
        this.jdbc = jdbc;
    }

    public boolean exist(String id) {
        return table.existsById(id);
    }

    /** Empty: there is no such organization. */
    public Optional<EntityStatus> status(String id) {
        return table.findById(id).map(Organization::status);
    }

    Outcome<Organization> find(String id) {
        return table.findById(id).map(Outcome::done).orElseGet(() -> unknown(id));
    }

    Outcome<Page<Organization>> list(ListRequest asked) {
        return LISTING.page(jdbc, asked, table::findByIdIn, Organization::id);
    }

    Outcome<Organization> create(Change change, Fields fields) {
        String id = fields.organization("id");
        OrganizationBody body = OrganizationBody.read(fields);
        return Outcome.checked(fields, () -> write(change, null, body.organization(id, null, change.at())));
    }

    Outcome<Organization> edit(Change change, String id, Edit edit) {
        return locked(
                id,
                current -> edit.of(OrganizationView.of(current), fields -> {
                    OrganizationBody body = OrganizationBody.read(fields);
                    fields.unchanged("id", id);
                    return Outcome.checked(
                            fields, () -> write(change, current, body.organization(id, current, change.at())));
                }));
    }

    private Organization write(Change change, @Nullable Organization before, Organization after) {
        Organization written = table.save(after);
        change.publish(topic, written.id(), before == null ? null : before.published(), written.published());
        return written;
    }

    Outcome<Organization> delete(Change change, String id, Precondition precondition) {
        return locked(
                id,
                current -> precondition.guard(current.revision(), () -> {
                    List<Referrer> referrers = jdbc.sql(REFERRERS)
                            .params(id, id)
                            .query(Referrer.class)
                            .list();
                    if (!referrers.isEmpty()) {
                        return Outcome.refused(Refusal.referenced("organization " + id, referrers));
                    }
                    table.delete(current);
                    change.retract(topic, id, current.published());
                    return Outcome.done(current);
                }));
    }

    /** Holds the row until the transaction ends. */
    private Outcome<Organization> locked(String id, Function<Organization, Outcome<Organization>> work) {
        return table.findLockedById(id).map(work).orElseGet(() -> unknown(id));
    }

    private static Outcome<Organization> unknown(String id) {
        return Outcome.unknown("organization " + id);
    }
}
