package io.modelhub.ingest.http;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What stands on the two topics that ingest-app writes. */
final class WrittenRecords {

    private final String bootstrapServers;
    private final Topics topics;

    WrittenRecords(String bootstrapServers, String registryUrl) {
        this.bootstrapServers = bootstrapServers;
        this.topics = new Topics(AvroSerdes.at(registryUrl));
    }

    /** Where both topics end now. */
    Map<TopicPartition, Long> ends() {
        Map<TopicPartition, Long> ends = new HashMap<>(ends(topics.usage()));
        ends.putAll(ends(topics.usageRejected()));
        return ends;
    }

    List<ConsumerRecord<String, ModelMetrics>> usageSince(Map<TopicPartition, Long> start) {
        return since(topics.usage(), start);
    }

    List<ConsumerRecord<byte[], RejectedUsage>> rejectedSince(Map<TopicPartition, Long> start) {
        return since(topics.usageRejected(), start);
    }

    static Set<String> ids(List<ConsumerRecord<String, ModelMetrics>> usage) {
        Set<String> ids = new TreeSet<>();
        usage.forEach(record -> ids.add(record.value().getEventId()));
        return ids;
    }

    private <K, V> Map<TopicPartition, Long> ends(Topic<K, V> topic) {
        try (KafkaConsumer<K, V> consumer = consumer(topic)) {
            return consumer.endOffsets(IntStream.range(0, Topics.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList());
        }
    }

    /** To the end of each partition as it is now. */
    private <K, V> List<ConsumerRecord<K, V>> since(Topic<K, V> topic, Map<TopicPartition, Long> start) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        Map<TopicPartition, Long> ends = ends(topic);
        try (KafkaConsumer<K, V> consumer = consumer(topic)) {
            consumer.assign(ends.keySet());
            ends.keySet().forEach(partition -> consumer.seek(partition, start.getOrDefault(partition, 0L)));
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private <K, V> KafkaConsumer<K, V> consumer(Topic<K, V> topic) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                topic.key().deserializer(),
                topic.value().deserializer());
    }
}
