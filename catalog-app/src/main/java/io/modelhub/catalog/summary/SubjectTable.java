package io.modelhub.catalog.summary;

import io.modelhub.catalog.summary.Subject.Kind;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what a summary needs to know of an entity: its name, how events name it, and its zone. */
@Component
class SubjectTable {

    private static final String ORGANIZATION = "SELECT name, id AS counted, time_zone FROM organization WHERE id = ?";
    private static final String PROVIDER =
            "SELECT name, slug AS counted, 'UTC' AS time_zone FROM provider WHERE slug = ?";
    private static final String MODEL =
            "SELECT id AS name, id AS counted, 'UTC' AS time_zone FROM model WHERE uuid = ?";
    private static final String API_KEY =
            "SELECT label AS name, id::text AS counted, 'UTC' AS time_zone FROM api_key WHERE id = ?";
    private static final String ROUTING_RULE =
            "SELECT name, id::text AS counted, 'UTC' AS time_zone FROM routing_rule WHERE id = ?";

    private static final String LABELS = """
            SELECT id::text AS id, label FROM api_key
            WHERE CASE ? WHEN 'organization' THEN organization WHEN 'provider' THEN provider ELSE id::text END = ?""";

    private final JdbcClient jdbc;

    SubjectTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(String name, String counted, String timeZone) {}

    private record Label(String id, String label) {}

    Optional<Subject> organization(String slug) {
        return find(Kind.ORGANIZATION, slug, ORGANIZATION, slug);
    }

    Optional<Subject> provider(String slug) {
        return find(Kind.PROVIDER, slug, PROVIDER, slug);
    }

    Optional<Subject> model(UUID uuid) {
        return find(Kind.MODEL, uuid.toString(), MODEL, uuid);
    }

    Optional<Subject> apiKey(UUID id) {
        return find(Kind.API_KEY, id.toString(), API_KEY, id);
    }

    Optional<Subject> routingRule(UUID id) {
        return find(Kind.ROUTING_RULE, id.toString(), ROUTING_RULE, id);
    }

    private Optional<Subject> find(Kind kind, String id, String sql, Object parameter) {
        return jdbc.sql(sql)
                .param(parameter)
                .query(Row.class)
                .optional()
                .map(row -> new Subject(kind, id, row.name(), row.counted(), ZoneId.of(row.timeZone())));
    }

    /** Labels of the subject's keys by their identifiers. */
    Map<String, String> labels(Subject subject) {
        return jdbc.sql(LABELS).param(subject.kind().word()).param(subject.counted()).query(Label.class).stream()
                .collect(Collectors.toMap(Label::id, Label::label));
    }
}
