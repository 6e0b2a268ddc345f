package io.modelhub.local.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of topics, read once and from outside: no group, no commits. One thread at a time. */
public final class CommittedLog implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * Takes a record.
     *
     * @param <E> what keeps it from that; reading then ends with it
     */
    @FunctionalInterface
    public interface Taker<E extends Exception> {

        void take(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    /** @throws KafkaException no address in {@code bootstrapServers} is one; whether a broker answers shows at the first read */
    public CommittedLog(String bootstrapServers) {
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** @throws KafkaException the broker can't be reached, or there is no such topic */
    public List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /** The first offset of each partition that retention has left. */
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return consumer.beginningOffsets(partitions);
    }

    /** The offset behind the last committed record of each partition. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return consumer.endOffsets(partitions);
    }

    /** Reads a topic whole, as it stands now. */
    public <E extends Exception> void read(String topic, Taker<E> records) throws E {
        List<TopicPartition> partitions = partitions(topic);
        read(beginnings(partitions), ends(partitions), records);
    }

    /**
     * Reads partitions, each in its order; how they interleave is not defined.
     *
     * @param from inclusive, by partition
     * @param to exclusive, by partition; a partition that is missing here is not read
     */
    public <E extends Exception> void read(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Taker<E> records) throws E {
        consumer.assign(to.keySet());
        to.keySet().forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
        while (to.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < to.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    records.take(record);
                }
            }
        }
        consumer.unsubscribe();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
