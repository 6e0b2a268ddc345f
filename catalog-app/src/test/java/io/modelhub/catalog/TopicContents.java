package io.modelhub.catalog;

import io.modelhub.test.Eventually;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a topic from its beginning until what a test waits for has come. */
final class TopicContents {

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

    /** All committed records that are there by now. */
    static <V> List<ConsumerRecord<String, V>> upToNow(String bootstrapServers, Topic<String, V> topic)
            throws Exception {
        return upToNow(
                bootstrapServers,
                topic.definition(),
                topic.key().deserializer(),
                topic.value().deserializer());
    }

    /** All committed records that are there by now, undecoded. */
    static List<ConsumerRecord<byte[], byte[]>> bytesUpToNow(String bootstrapServers, TopicDefinition topic)
            throws Exception {
        return upToNow(bootstrapServers, topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static <K, V> List<ConsumerRecord<K, V>> upToNow(
            String bootstrapServers, TopicDefinition topic, Deserializer<K> keys, Deserializer<V> values)
            throws Exception {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
                KafkaConsumer<K, V> consumer = new KafkaConsumer<>(config(bootstrapServers), keys, values)) {
            var ends = admin.listOffsets(latest).all().get();
            consumer.assign(partitions);
            while (partitions.stream()
                    .anyMatch(partition ->
                            consumer.position(partition) < ends.get(partition).offset())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static List<TopicPartition> partitions(TopicDefinition topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }

    private static Map<String, Object> config(String bootstrapServers) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
    }

    private static <K, V> List<ConsumerRecord<K, V>> until(
            Topic<?, ?> topic,
            Deserializer<K> keys,
            Deserializer<V> values,
            Predicate<K> wanted,
            Predicate<List<ConsumerRecord<K, V>>> complete) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        try (KafkaConsumer<K, V> consumer =
                new KafkaConsumer<>(config(Platform.shared().kafka().bootstrapServers()), keys, values)) {
            consumer.assign(partitions(topic.definition()));
            long deadline = System.nanoTime() + Eventually.PATIENCE.toNanos();
            while (!complete.test(records)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("after " + Eventually.PATIENCE + ", " + topic + " holds only "
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
