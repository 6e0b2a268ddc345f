package io.modelhub.catalog.organization;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Referrer;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The organizations, and their publication. */
@Component
public class Organizations {

    private static final String REFERRERS =
            "SELECT 'api_key' AS kind, id::text AS id FROM api_key WHERE organization = ? ORDER BY id LIMIT 100";

    private final OrganizationTable table;
    private final Changes changes;
    private final Topic<String, io.modelhub.schema.Organization> topic;
    private final JdbcClient jdbc;

    Organizations(OrganizationTable table, Changes changes, Topics topics, JdbcClient jdbc) {
        this.table = table;
        this.changes = changes;
        this.topic = topics.organizations();
        this.jdbc = jdbc;
    }

    public boolean exist(String id) {
        return table.existsById(id);
    }

    Outcome<Organization> find(String id) {
        return table.findById(id).map(Outcome::done).orElseGet(() -> unknown(id));
    }

    Page<Organization> list(String after, int limit) {
        return Page.of(table.findByIdGreaterThanOrderById(after, Limit.of(limit + 1)), limit, Organization::id);
    }

    Outcome<Organization> create(Fields fields) {
        String id = fields.slug("id");
        OrganizationBody body = OrganizationBody.read(fields);
        List<FieldProblem> problems = fields.problems();
        return problems.isEmpty()
                ? changes.commit(change -> Outcome.done(write(change, body.organization(id, null, change.at()))))
                : Outcome.invalid(problems);
    }

    Outcome<Organization> replace(String id, Fields fields) {
        OrganizationBody body = OrganizationBody.read(fields);
        fields.unchanged("id", id);
        fields.ignore("display_name", "revision", "updated_at");
        List<FieldProblem> problems = fields.problems();
        return changes.commit(change -> {
            Optional<Organization> current = table.findLockedById(id);
            if (current.isEmpty()) {
                return unknown(id);
            }
            if (!problems.isEmpty()) {
                return Outcome.invalid(problems);
            }
            return Outcome.done(write(change, body.organization(id, current.get(), change.at())));
        });
    }

    private Organization write(Change change, Organization organization) {
        Organization written = table.save(organization);
        change.publish(topic, written.id(), written.published());
        return written;
    }

    Outcome<Organization> delete(String id) {
        return changes.commit(change -> {
            Optional<Organization> current = table.findLockedById(id);
            if (current.isEmpty()) {
                return unknown(id);
            }
            List<Referrer> referrers =
                    jdbc.sql(REFERRERS).param(id).query(Referrer.class).list();
            if (!referrers.isEmpty()) {
                return Outcome.refused(Refusal.referenced("organization " + id, referrers));
            }
            table.delete(current.get());
            change.retract(topic, id);
            return Outcome.done(current.get());
        });
    }

    private static Outcome<Organization> unknown(String id) {
        return Outcome.unknown("organization " + id);
    }
}
