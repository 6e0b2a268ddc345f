package io.modelhub.catalog.mirror;

import io.modelhub.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/** What a compacted topic says now. */
@Component
final class TopicState {

    /** Without any progress for so long, the broker is as good as away. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> consumerConfig;

    TopicState(KafkaProperties kafka) {
        this.consumerConfig = new HashMap<>(kafka.buildConsumerProperties());
        consumerConfig.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                IsolationLevel.READ_COMMITTED.name().toLowerCase(Locale.ROOT));
        consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    /**
     * Each key's state, from its last committed record up to now: a batch that was sent again after a crash is whole, so that
     * its last record of a key is the last one that was written. Keys that were deleted are not in it.
     *
     * @throws org.apache.kafka.common.KafkaException the topic is not there, or the broker or the registry is away
     * @throws io.modelhub.wire.MalformedRecordException a record can't be read
     */
    <V> Map<String, V> of(Topic<String, V> topic) {
        return read(topic, topic.value().deserializer());
    }

    /**
     * The keys that have a state, whether it can be read or not.
     *
     * @throws org.apache.kafka.common.KafkaException the topic is not there, or the broker is away
     */
    Set<String> keys(Topic<String, ?> topic) {
        return read(topic, new ByteArrayDeserializer()).keySet();
    }

    private <V> Map<String, V> read(Topic<String, ?> topic, Deserializer<V> values) {
        Map<String, V> states = new HashMap<>();
        try (KafkaConsumer<String, V> consumer =
                new KafkaConsumer<>(consumerConfig, new StringDeserializer(), values)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new UnknownTopicOrPartitionException("there is no topic " + topic.name());
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long progress = System.nanoTime();
            while (!hasReached(consumer, ends)) {
                var records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                    throw new TimeoutException(topic.name() + " was not read to its end within " + PATIENCE);
                }
                records.forEach(record -> {
                    if (record.value() == null) {
                        states.remove(record.key());
                    } else {
                        states.put(record.key(), record.value());
                    }
                });
            }
        }
        return states;
    }

    private static boolean hasReached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
