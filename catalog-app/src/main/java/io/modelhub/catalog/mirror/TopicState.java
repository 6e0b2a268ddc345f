package io.modelhub.catalog.mirror;

import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
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
     * its last record of a key is the last one that was written. Keys that were deleted are not in it, and what an earlier
     * record says does not matter, even where nobody can read it.
     *
     * @throws KafkaException the topic is not there, the broker or the registry is away, or a state can't be read
     */
    <V> Map<String, V> of(Topic<String, V> topic) {
        Deserializer<V> values = topic.value().deserializer();
        Map<String, V> states = new HashMap<>();
        lastValues(topic).forEach((key, value) -> {
            try {
                states.put(key, values.deserialize(topic.name(), value));
            } catch (MalformedRecordException e) {
                throw new KafkaException(
                        "what %s says of %s can't be read, which republish mends: %s"
                                .formatted(topic.name(), key, e.getMessage()),
                        e);
            }
        });
        return states;
    }

    /**
     * The keys that have a state, whether it can be read or not.
     *
     * @throws KafkaException the topic is not there, or the broker is away
     */
    Set<String> keys(Topic<String, ?> topic) {
        return lastValues(topic).keySet();
    }

    private Map<String, byte[]> lastValues(Topic<String, ?> topic) {
        Map<String, byte[]> values = new HashMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
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
                        values.remove(record.key());
                    } else {
                        values.put(record.key(), record.value());
                    }
                });
            }
        }
        return values;
    }

    private static boolean hasReached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
