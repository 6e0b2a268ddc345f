package io.modelhub.aggregator.query;

import io.modelhub.topic.TopicDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic back, committed records only, with a consumer of its own for each read. All partitions: what is about a key may
 * stand in any, by its organization or by a foreign producer's hash.
 */
public final class TopicLog {

    /** A reader waits for the answer; a log that takes longer is read in part. */
    private static final Duration BUDGET = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(500);

    private final TopicDefinition topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    /** @param consumers each without a group, reading committed records */
    public TopicLog(TopicDefinition topic, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.topic = topic;
        this.consumers = consumers;
    }

    /**
     * Reads what was appended from a moment on, up to what is there now.
     *
     * @param visitor gets each record, in the order of its partition; false ends the reading
     * @return whether everything was read
     */
    boolean read(Instant from, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        long deadline = System.nanoTime() + BUDGET.toNanos();
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(consumer, from, ends);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (!visitor.test(record)) {
                        return false;
                    }
                }
                if (System.nanoTime() > deadline) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Where nothing was appended since, at the end. */
    private static void seek(Consumer<byte[], byte[]> consumer, Instant from, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, from.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> begins = consumer.offsetsForTimes(times);
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp begin = begins.get(partition);
            consumer.seek(partition, begin == null ? Objects.requireNonNull(end) : begin.offset());
        });
    }
}
