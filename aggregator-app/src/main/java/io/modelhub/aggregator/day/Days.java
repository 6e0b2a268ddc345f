package io.modelhub.aggregator.day;

import io.modelhub.aggregator.window.Grain;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The stored days of all subjects of a kind: one {@link DaySum} per subject, day and model. Days are those of {@link Grain#DAY}.
 *
 * <p>The store's key is subject NUL date NUL model: the models of a day stand together, so that publishing a day reads nothing
 * else, however long its subject's history is.
 */
public class Days {

    /** Identifiers hold no control characters: the source stage sees to it. */
    private static final char SEPARATOR = '\0';

    private static final char AFTER_SEPARATOR = SEPARATOR + 1;

    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** Gets the stored sums one by one. */
    @FunctionalInterface
    public interface Visitor {
        void visit(DayId day, String model, DaySum sum);
    }

    private final ReadOnlyWindowStore<String, byte[]> stored;

    public Days(ReadOnlyWindowStore<String, byte[]> stored) {
        this.stored = stored;
    }

    public static StoreBuilder<WindowStore<String, byte[]>> store(String name) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(name, Grain.DAY.retention(), Grain.DAY.size(), false),
                Serdes.String(),
                Serdes.ByteArray());
    }

    /** Visits a subject's days that begin in [from, to), by date and model. */
    public final void between(String subject, Instant from, Instant to, Visitor visitor) {
        Instant last = to.minusMillis(1);
        String first = subject + SEPARATOR + date(from.toEpochMilli()) + SEPARATOR;
        String end = subject + SEPARATOR + date(last.toEpochMilli()) + AFTER_SEPARATOR;
        try (KeyValueIterator<Windowed<String>, byte[]> found = stored.fetch(first, end, from, last)) {
            while (found.hasNext()) {
                visit(found.next(), visitor);
            }
        }
    }

    /** Visits every subject's days that begin in [from, to). */
    public final void between(Instant from, Instant to, Visitor visitor) {
        try (KeyValueIterator<Windowed<String>, byte[]> found = stored.fetchAll(from, to.minusMillis(1))) {
            while (found.hasNext()) {
                visit(found.next(), visitor);
            }
        }
    }

    /** What a subject's days that begin in [from, to) add up to, by model. */
    public final ModelSums sums(String subject, Instant from, Instant to) {
        ModelSums sums = new ModelSums();
        between(subject, from, to, (day, model, sum) -> sums.of(model).add(sum));
        return sums;
    }

    /** A day by model; nothing where its retention has passed. */
    final ModelSums sums(DayId id) {
        return sums(id.subject(), Instant.ofEpochMilli(id.day()), Instant.ofEpochMilli(Grain.DAY.endOf(id.day())));
    }

    static String storeKey(DayId id, String model) {
        return id.subject() + SEPARATOR + date(id.day()) + SEPARATOR + model;
    }

    private static void visit(KeyValue<Windowed<String>, byte[]> entry, Visitor visitor) {
        String key = entry.key.key();
        int subjectEnd = key.indexOf(SEPARATOR);
        visitor.visit(
                new DayId(key.substring(0, subjectEnd), entry.key.window().start()),
                key.substring(key.indexOf(SEPARATOR, subjectEnd + 1) + 1),
                DaySum.decode(entry.value));
    }

    /** Ten characters, so that keys sort by time. */
    private static LocalDate date(long time) {
        return LocalDate.ofEpochDay(Math.floorDiv(time, DAY_MS));
    }
}
