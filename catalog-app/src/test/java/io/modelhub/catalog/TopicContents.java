package io.modelhub.catalog;

import io.modelhub.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a topic from its beginning until what a test waits for has come. */
final class TopicContents {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TopicContents() {}

    /** The committed records of one key. */
    static <V> List<ConsumerRecord<String, V>> ofKey(
            Topic<String, V> topic, String key, Predicate<List<ConsumerRecord<String, V>>> complete) {
        return until(topic, topic.key().deserializer(), topic.value().deserializer(), key::equals, complete);
    }

    /** All committed records. */
    static <V> List<ConsumerRecord<String, V>> of(
            Topic<String, V> topic, Predicate<List<ConsumerRecord<String, V>>> complete) {
        return until(topic, topic.key().deserializer(), topic.value().deserializer(), key -> true, complete);
    }

    /** All committed records up to now, undecoded. */
    static List<ConsumerRecord<String, byte[]>> bytesOf(Topic<String, ?> topic, long atLeast) {
        return until(
                topic,
                topic.key().deserializer(),
                new ByteArrayDeserializer(),
                key -> true,
                records -> records.size() >= atLeast);
    }

    private static <K, V> List<ConsumerRecord<K, V>> until(
            Topic<?, ?> topic,
            Deserializer<K> keys,
            Deserializer<V> values,
            Predicate<K> wanted,
            Predicate<List<ConsumerRecord<K, V>>> complete) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                Platform.shared().kafka().bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        try (KafkaConsumer<K, V> consumer = new KafkaConsumer<>(config, keys, values)) {
            consumer.assign(IntStream.range(0, topic.definition().partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!complete.test(records)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("after " + PATIENCE + ", " + topic + " holds only "
                            + records.stream()
                                    .map(record -> record.key() + "@" + record.offset())
                                    .toList());
                }
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (wanted.test(record.key())) {
                        records.add(record);
                    }
                });
            }
        }
        return records;
    }
}
