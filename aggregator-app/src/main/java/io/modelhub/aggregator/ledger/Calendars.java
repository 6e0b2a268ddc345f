package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Whose zone cuts which days and months of the organizations at home in this task. What the catalog says is asked once for each
 * organization and at its changes; what was decided then stands in the task's store, in the transaction of the first call that it cut, and
 * is told to others in the same.
 *
 * <p>One thread changes it; {@link #history} and {@link #organizations} are for any.
 */
public final class Calendars {

    /** First byte of a history's key in the store. */
    private static final byte PREFIX = 'z';

    private static final byte VERSION = 1;

    /** Told of each decision, by the thread that makes it. */
    @FunctionalInterface
    public interface News {
        void decided(String organization, ZoneHistory history);
    }

    private final KeyValueStore<byte[], byte[]> store;
    private final Function<String, @Nullable ZoneId> catalog;
    private final News news;
    private final Map<String, ZoneHistory> histories = new ConcurrentHashMap<>();

    /** The latest periods of each organization: asked for with each call, and seldom another one. */
    private final Map<String, Recent> recent = new HashMap<>();

    /** @param catalog an organization's zone as it is known now; null where the catalog doesn't know it */
    public Calendars(KeyValueStore<byte[], byte[]> store, Function<String, @Nullable ZoneId> catalog, News news) {
        this.store = store;
        this.catalog = catalog;
        this.news = news;
    }

    /** Takes up what an earlier owner of the task decided. */
    public void recover() {
        try (KeyValueIterator<byte[], byte[]> decided = store.range(new byte[] {PREFIX}, new byte[] {PREFIX + 1})) {
            while (decided.hasNext()) {
                KeyValue<byte[], byte[]> entry = decided.next();
                if (entry.key[0] == PREFIX) {
                    String organization = new String(entry.key, 1, entry.key.length - 1, StandardCharsets.UTF_8);
                    histories.put(organization, decode(entry.value));
                }
            }
        }
    }

    /** What stands in a store about an organization; empty for one that was never used. */
    static Optional<ZoneHistory> stored(ReadOnlyKeyValueStore<byte[], byte[]> store, String organization) {
        return Optional.ofNullable(store.get(key(organization))).map(Calendars::decode);
    }

    /** The organizations that were ever used. */
    public Set<String> organizations() {
        return Set.copyOf(histories.keySet());
    }

    /** Empty for an organization that was never used. */
    public Optional<ZoneHistory> history(String organization) {
        return Optional.ofNullable(histories.get(organization));
    }

    /** The day or month of an organization's call; with its first call its zone is decided. */
    Span containing(String organization, CalendarUnit unit, long time) {
        Recent known = recent.computeIfAbsent(organization, ignored -> new Recent());
        Span span = known.containing(unit, time);
        if (span == null) {
            span = Span.of(decided(organization).containing(Instant.ofEpochMilli(time), unit));
            known.put(unit, span);
        }
        return span;
    }

    private ZoneHistory decided(String organization) {
        ZoneHistory known = histories.get(organization);
        if (known != null) {
            return known;
        }
        ZoneId zone = catalog.apply(organization);
        ZoneHistory begun = ZoneHistory.of(zone == null ? Zones.UTC : zone);
        decide(organization, begun);
        return begun;
    }

    /**
     * Looks at an organization's zone in the catalog, and decides where it is another one than the latest. An organization that was
     * never used, or that the catalog has no more, is left as it is.
     *
     * @param notBefore later than the time of every call that was counted
     */
    public void follow(String organization, Instant notBefore) {
        ZoneHistory known = histories.get(organization);
        ZoneId zone = catalog.apply(organization);
        if (known != null && zone != null && !zone.equals(known.latest())) {
            decide(organization, known.changed(notBefore, zone));
        }
    }

    private void decide(String organization, ZoneHistory history) {
        histories.put(organization, history);
        recent.remove(organization);
        store.put(key(organization), encode(history));
        news.decided(organization, history);
    }

    /** Appends an organization and its zones, for {@link #read}. */
    public static void write(String organization, ZoneHistory history, PackedWriter output) {
        byte[] encoded = encode(history);
        output.writeText(organization);
        output.writeUnsigned(encoded.length);
        output.writeBytes(encoded);
    }

    /** Reads what {@link #write} wrote, as often as it was called. */
    public static void read(byte[] written, BiConsumer<String, ZoneHistory> visitor) {
        PackedReader input = new PackedReader(written);
        while (input.hasMore()) {
            visitor.accept(input.readText(), decode(input.readBytes((int) input.readUnsigned())));
        }
    }

    private static byte[] key(String organization) {
        PackedWriter key = new PackedWriter(32);
        key.writeByte(PREFIX);
        key.writeUtf8(organization);
        return key.toBytes();
    }

    private static byte[] encode(ZoneHistory history) {
        PackedWriter output = new PackedWriter(32);
        output.writeByte(VERSION);
        output.writeText(history.first().getId());
        for (ZoneHistory.Change change : history.changes()) {
            output.writeFixed(change.setAt().toEpochMilli());
            output.writeText(change.zone().getId());
        }
        return output.toBytes();
    }

    private static ZoneHistory decode(byte[] value) {
        PackedReader input = new PackedReader(value);
        input.requireFormat("the zones of an organization have", VERSION);
        ZoneId first = ZoneId.of(input.readText());
        List<ZoneHistory.Change> changes = new ArrayList<>();
        while (input.hasMore()) {
            changes.add(new ZoneHistory.Change(Instant.ofEpochMilli(input.readFixed()), ZoneId.of(input.readText())));
        }
        return new ZoneHistory(first, changes);
    }

    /**
     * A stretch of time.
     *
     * @param start inclusive, epoch milliseconds
     * @param end exclusive
     */
    record Span(long start, long end) {

        static Span of(CalendarPeriod period) {
            return new Span(period.start().toEpochMilli(), period.end().toEpochMilli());
        }

        boolean contains(long time) {
            return time >= start && time < end;
        }
    }

    /** Two periods of each unit: around midnight calls of both days come. */
    private static final class Recent {

        private final @Nullable Span[] latest = new Span[CalendarUnit.values().length];
        private final @Nullable Span[] other = new Span[CalendarUnit.values().length];

        @Nullable
        Span containing(CalendarUnit unit, long time) {
            Span span = latest[unit.ordinal()];
            if (span != null && span.contains(time)) {
                return span;
            }
            Span before = other[unit.ordinal()];
            if (before != null && before.contains(time)) {
                put(unit, before);
                return before;
            }
            return null;
        }

        void put(CalendarUnit unit, Span span) {
            other[unit.ordinal()] = latest[unit.ordinal()];
            latest[unit.ordinal()] = span;
        }
    }
}
