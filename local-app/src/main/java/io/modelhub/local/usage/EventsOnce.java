package io.modelhub.local.usage;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topics;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps one of each event. Of the accepted records with one canonical key and event id the first counts: by offset, between
 * partitions by append time. Given every accepted record first, those of a partition in their order; then read, in bounded memory.
 */
public final class EventsOnce {

    private final Buckets<ModelMetrics> accepted;
    private long records;
    private long duplicates;

    /** @param folder for temporary files; whoever made it deletes it */
    public EventsOnce(Path folder, int buckets) {
        this.accepted = new Buckets<>(ModelMetrics.class, folder, "accepted", buckets);
    }

    /** Gets the events. */
    @FunctionalInterface
    public interface Taker {

        /**
         * @param first the record that counts
         * @param inSeveralPartitions whether copies stand in other partitions than that one
         */
        void take(Placed<ModelMetrics> first, boolean inSeveralPartitions);
    }

    public void add(Placed<ModelMetrics> record) {
        records++;
        ModelMetrics usage = record.required();
        String id = Topics.canonicalKey(usage) + " " + usage.getEventId();
        accepted.add(id, record.withKey(id));
    }

    /** Those of a partition in no order. */
    public void read(Taker events) {
        read(events, repeat -> {});
    }

    /** @param repeats gets the records that don't count */
    public void read(Taker events, Consumer<Placed<ModelMetrics>> repeats) {
        accepted.close();
        for (int bucket = 0; bucket < accepted.count(); bucket++) {
            read(bucket, events, repeats);
        }
    }

    private void read(int bucket, Taker events, Consumer<Placed<ModelMetrics>> repeats) {
        Map<String, Placed<ModelMetrics>> first = new LinkedHashMap<>();
        Set<String> inSeveralPartitions = new HashSet<>();
        accepted.read(bucket, copy -> {
            Placed<ModelMetrics> before = first.putIfAbsent(copy.key(), copy);
            if (before != null) {
                duplicates++;
                boolean isElsewhere = before.partition() != copy.partition();
                if (isElsewhere) {
                    inSeveralPartitions.add(copy.key());
                }
                boolean isEarlier = isElsewhere && copy.appendTime().isBefore(before.appendTime());
                if (isEarlier) {
                    first.put(copy.key(), copy);
                }
                repeats.accept(isEarlier ? before : copy);
            }
        });
        first.forEach((id, event) -> events.take(event, inSeveralPartitions.contains(id)));
    }

    /** Copies included. */
    public long records() {
        return records;
    }

    /** Known once the events were read. */
    public long duplicates() {
        return duplicates;
    }
}
