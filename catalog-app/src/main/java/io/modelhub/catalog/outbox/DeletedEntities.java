package io.modelhub.catalog.outbox;

import io.modelhub.topic.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What entities of a kind were when they were deleted, in a table and on a topic of their own: key the identifier, value the
 * last state that was published of it. It stays, also where there is an entity of that identifier again: that one counts.
 */
public abstract class DeletedEntities<V extends SpecificRecord> implements Mirrored<V> {

    private static final String KEEP = """
            INSERT INTO %s (id, state, revision) VALUES (?, ?, 1)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state""";

    private static final String FIND = "SELECT id, state FROM %s WHERE id = ANY (?)";

    private final Topic<String, V> topic;
    private final String table;
    private final Class<V> type;
    private final JdbcTemplate jdbc;

    /** @param table with the columns id, state and revision */
    protected DeletedEntities(Topic<String, V> topic, String table, Class<V> type, JdbcTemplate jdbc) {
        this.topic = topic;
        this.table = table;
        this.type = type;
        this.jdbc = jdbc;
    }

    /** Keeps and publishes what an entity was, in the change that deletes it and before its tombstone. */
    public final void keep(Change change, String id, V state) {
        jdbc.update(KEEP.formatted(table), id, StoredAvro.file(state));
        change.publishAgain(topic, id, state);
    }

    @Override
    public final Topic<String, V> topic() {
        return topic;
    }

    @Override
    public final String table() {
        return table;
    }

    @Override
    public final String keyColumn() {
        return "id";
    }

    @Override
    public final Map<String, V> states(Collection<String> keys) {
        Map<String, V> states = new HashMap<>();
        jdbc.query(
                FIND.formatted(table),
                find -> find.setArray(1, find.getConnection().createArrayOf("text", keys.toArray())),
                row -> {
                    states.put(row.getString("id"), StoredAvro.ofFile(row.getBytes("state"), type));
                });
        return states;
    }

    @Override
    public final void insert(Collection<V> states) {
        List<Object[]> rows = states.stream()
                .map(state ->
                        new Object[] {state.get(state.getSchema().getField("id").pos()), StoredAvro.file(state)})
                .toList();
        jdbc.batchUpdate(KEEP.formatted(table), rows);
    }
}
