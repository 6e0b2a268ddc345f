package io.modelhub.aggregator.source;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a usage record is not counted.
 *
 * @param code stable, for machines
 * @param field at fault; null for the whole record
 * @param message for people
 */
public record Rejection(String code, @Nullable String field, String message) {

    /**
     * The record for {@code modelhub.usage.rejected}.
     *
     * @param original the value as it stands on the topic, partition and offset
     * @param usage the value decoded; null where that is not possible
     * @param appendTime of the record, in epoch milliseconds
     */
    public RejectedUsage of(
            byte[] original, @Nullable ModelMetrics usage, String topic, int partition, long offset, long appendTime) {
        return RejectedUsage.newBuilder()
                .setReason(code)
                .setField(field)
                .setMessage(message)
                .setOriginal(ByteBuffer.wrap(original))
                .setSource("kafka")
                .setEventId(usage == null ? null : usage.getEventId())
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setRejectedAt(Instant.ofEpochMilli(appendTime))
                .build();
    }
}
