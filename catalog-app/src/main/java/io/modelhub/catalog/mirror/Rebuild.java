package io.modelhub.catalog.mirror;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.command.Command;
import io.modelhub.catalog.command.Report;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.outbox.Mirrored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Fills an empty database with what the topics say: every entity at its revision and time, API keys without their secrets,
 * which no topic has. All of it in one transaction, so that a rebuild that is stopped leaves the database empty. Nothing is
 * published by it, as the topics say it already.
 */
@Component
public final class Rebuild implements Command {

    private static final String REVISIONS = """
            UPDATE %1$s SET revision = given.revision
            FROM unnest(?, ?) AS given (key, revision)
            WHERE %1$s.%2$s::text = given.key""";

    private final List<Mirrored<?>> entities;
    private final DatabaseState database;
    private final TopicState topics;
    private final Changes changes;
    private final JdbcTemplate jdbc;

    Rebuild(List<Mirrored<?>> entities, DatabaseState database, TopicState topics, Changes changes, JdbcTemplate jdbc) {
        this.entities = entities;
        this.database = database;
        this.topics = topics;
        this.changes = changes;
        this.jdbc = jdbc;
    }

    /** @param rebuilt entities by topic */
    record Rebuilt(Map<String, Integer> rebuilt) implements Report {

        @Override
        public boolean good() {
            return true;
        }

        @Override
        public List<String> sentences() {
            List<String> sentences = new ArrayList<>();
            rebuilt.forEach((topic, entities) -> sentences.add("%s: %d rebuilt".formatted(topic, entities)));
            sentences.add("The database is rebuilt. The API keys await their secrets.");
            return sentences;
        }
    }

    /** @param reason why nothing was changed */
    record Refused(String reason) implements Report {

        @Override
        public boolean good() {
            return false;
        }

        @Override
        public List<String> sentences() {
            return List.of(reason);
        }
    }

    @Override
    public Report run() {
        Outcome<Report> outcome = changes.commit(change -> {
            List<String> filled = entities.stream()
                    .filter(entity -> !database.keys(entity).isEmpty())
                    .map(Mirrored::table)
                    .toList();
            if (!filled.isEmpty() || database.waitingRecords() > 0) {
                return Outcome.done(
                        new Refused("The database is not empty%s. Only an empty one is rebuilt; nothing was changed."
                                .formatted(filled.isEmpty() ? "" : ": see " + String.join(", ", filled))));
            }
            Map<String, Integer> rebuilt = new LinkedHashMap<>();
            entities.forEach(entity -> rebuilt.put(entity.topic().name(), rebuild(entity)));
            return Outcome.done(new Rebuilt(rebuilt));
        });
        if (outcome instanceof Outcome.Refused<Report> refused) {
            return new Refused("The topics say what the database refuses, so nothing was changed: "
                    + refused.refusal().detail() + " " + refused.refusal().errors());
        }
        return ((Outcome.Done<Report>) outcome).value();
    }

    private <V extends SpecificRecord> int rebuild(Mirrored<V> entity) {
        Map<String, V> states = topics.of(entity.topic());
        DatabaseState.batches(states.values()).forEach(entity::insert);
        String[] keys = states.keySet().toArray(String[]::new);
        Long[] revisions = states.values().stream().map(Rebuild::revision).toArray(Long[]::new);
        jdbc.update(REVISIONS.formatted(entity.table(), entity.keyColumn()), update -> {
            update.setArray(1, update.getConnection().createArrayOf("text", keys));
            update.setArray(2, update.getConnection().createArrayOf("bigint", revisions));
        });
        return states.size();
    }

    private static Long revision(SpecificRecord state) {
        return (Long) Objects.requireNonNull(
                state.get(state.getSchema().getField("revision").pos()));
    }
}
