package io.modelhub.aggregator.ledger;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * The home partition of an identifier: that of its UTF-8 by Kafka's own partitioner (murmur2). A function of the text alone,
 * the same on every instance and for ever.
 */
public final class Home {

    private Home() {}

    public static int of(String identifier, int partitions) {
        return of(identifier.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** @param identifier in UTF-8 */
    public static int of(byte[] identifier, int partitions) {
        return Utils.toPositive(Utils.murmur2(identifier)) % partitions;
    }
}
