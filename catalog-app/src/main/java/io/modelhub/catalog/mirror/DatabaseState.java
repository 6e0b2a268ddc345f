package io.modelhub.catalog.mirror;

import io.modelhub.catalog.outbox.Mirrored;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the database says now. */
@Component
final class DatabaseState {

    /** Few enough for one statement and one short transaction. */
    static final int BATCH = 500;

    private static final String LAST_SEQUENCE = "SELECT coalesce(max(sequence), 0) FROM outbox";
    private static final String WAITING = "SELECT count(*) FROM outbox WHERE sequence <= ?";

    private final JdbcTemplate jdbc;

    DatabaseState(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<String> keys(Mirrored<?> entity) {
        return jdbc.queryForList(
                "SELECT %1$s::text FROM %2$s ORDER BY %1$s".formatted(entity.keyColumn(), entity.table()),
                String.class);
    }

    <V extends SpecificRecord> Map<String, V> of(Mirrored<V> entity) {
        Map<String, V> states = new HashMap<>();
        batches(keys(entity)).forEach(batch -> states.putAll(entity.states(batch)));
        return states;
    }

    /** Committed records that are not yet on their topics. */
    long waitingRecords() {
        return waitingRecords(Long.MAX_VALUE);
    }

    /** Those among them that were committed no later than the one of this sequence. */
    long waitingRecords(long sequence) {
        return number(WAITING, sequence);
    }

    /** Of the record that was committed last; 0: none waits. */
    long lastSequence() {
        return number(LAST_SEQUENCE);
    }

    private long number(String query, Object... parameters) {
        return Objects.requireNonNull(jdbc.queryForObject(query, Long.class, parameters));
    }

    static <T> List<List<T>> batches(Collection<T> all) {
        List<T> list = List.copyOf(all);
        return IntStream.range(0, (list.size() + BATCH - 1) / BATCH)
                .mapToObj(batch -> list.subList(batch * BATCH, Math.min(list.size(), (batch + 1) * BATCH)))
                .toList();
    }
}
