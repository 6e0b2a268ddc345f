package io.modelhub.aggregator.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * The home partition of an identifier: that of its UTF-8 by Kafka's own partitioner (murmur2). A function of the text alone,
 * the same on every instance and for ever. One thread.
 */
final class Homes {

    /** Twice as many as an installation has keys; else what is known is forgotten, and found again. */
    private static final int MOST_KNOWN = 200_000;

    private final int partitions;
    private final Map<String, Integer> known = new HashMap<>();

    Homes(int partitions) {
        this.partitions = partitions;
    }

    int of(String identifier) {
        Integer home = known.get(identifier);
        if (home == null) {
            home = BuiltInPartitioner.partitionForKey(identifier.getBytes(StandardCharsets.UTF_8), partitions);
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            known.put(identifier, home);
        }
        return home;
    }
}
