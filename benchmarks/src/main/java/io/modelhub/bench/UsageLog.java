package io.modelhub.bench;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The topics that the aggregator reads: fills them, and reads the calls back as fast as one thread can. */
final class UsageLog {

    /** The first passes are the compiler's; the best counts, which is the hardest measure for the aggregator. */
    private static final int PASSES = 3;

    private final String bootstrapServers;
    private final Topics topics;
    private final Progress progress;

    UsageLog(String bootstrapServers, Topics topics, Progress progress) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.progress = progress;
    }

    /** Publishes the catalog and every call, and returns when all are acknowledged. */
    void fill(Workload workload, int events) {
        publish(topics.models(), workload.models(), Model::getId);
        publish(topics.apiKeys(), workload.apiKeys(), APIKey::getId);
        publish(topics.usage(), () -> calls(workload, events), Topics::canonicalKey);
    }

    /** Publishes calls that were made beforehand, and returns when all are acknowledged. */
    void publishCalls(List<ModelMetrics> calls) {
        publish(topics.usage(), calls, Topics::canonicalKey);
    }

    /** Publishes API keys as the catalog does. */
    void publishKeys(List<APIKey> keys) {
        publish(topics.apiKeys(), keys, APIKey::getId);
    }

    /** Sends calls as ingest-app does; the caller closes it. */
    KafkaProducer<String, ModelMetrics> usageProducer() {
        return new KafkaProducer<>(
                asIngest(),
                topics.usage().key().serializer(),
                topics.usage().value().serializer());
    }

    private Iterator<ModelMetrics> calls(Workload workload, int events) {
        return IntStream.range(0, events)
                .peek(made -> progress.now("%,d of %,d events written", made, events))
                .mapToObj(made -> workload.next())
                .iterator();
    }

    private <V> void publish(Topic<String, V> topic, Iterable<V> values, Function<V, String> key) {
        FirstFailure failure = new FirstFailure();
        try (KafkaProducer<String, V> producer = new KafkaProducer<>(
                asIngest(), topic.key().serializer(), topic.value().serializer())) {
            for (V value : values) {
                producer.send(new ProducerRecord<>(topic.name(), key.apply(value), value), failure);
            }
            producer.flush();
        }
        failure.get().ifPresent(first -> {
            throw new IllegalStateException("a record was not written to " + topic, first);
        });
    }

    /** As ingest-app's producer: see its application.yaml. */
    Map<String, Object> asIngest() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L * 1024 * 1024,
                ProducerConfig.LINGER_MS_CONFIG,
                0);
    }

    /** Events per second of a consumer that looks at nothing: the bytes as they come. */
    double readRate() {
        return bestRate("plain consumer", new ByteArrayDeserializer());
    }

    /** Events per second of a consumer with the decoder that the aggregator uses. */
    double decodeRate() {
        return bestRate("consumer that decodes", topics.usage().value().deserializer());
    }

    private <V> double bestRate(String who, Deserializer<V> deserializer) {
        double best = 0;
        for (int pass = 1; pass <= PASSES; pass++) {
            double rate = rate(deserializer);
            progress.say("%s, pass %d of %d: %,.0f events/s", who, pass, PASSES, rate);
            best = Math.max(best, rate);
        }
        return best;
    }

    /**
     * How many calls a group has committed: nothing but calls is written to the topic, so offsets count them.
     *
     * @throws ExecutionException the broker doesn't tell
     */
    static long committedBy(String group, Admin admin) throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(offset -> offset.getKey().topic().equals(Topics.USAGE.name()))
                .mapToLong(offset -> offsetOf(offset.getValue()))
                .sum();
    }

    private static long offsetOf(@Nullable OffsetAndMetadata committed) {
        return committed == null ? 0 : committed.offset();
    }

    /** Calls on the topic. */
    long size() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(asAggregator(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(ResultTopics.partitions(Topics.USAGE)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private <V> double rate(Deserializer<V> deserializer) {
        try (KafkaConsumer<byte[], V> consumer =
                new KafkaConsumer<>(asAggregator(), new ByteArrayDeserializer(), deserializer)) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.USAGE.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            long end = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long began = System.nanoTime();
            long read = 0;
            while (read < end) {
                read += consumer.poll(Duration.ofSeconds(1)).count();
            }
            return read * 1e9 / (System.nanoTime() - began);
        }
    }

    /** Fetches as the aggregator's consumers do: see its StreamsProperties. */
    private Map<String, Object> asAggregator() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                32 * 1024 * 1024,
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                Selectable.USE_DEFAULT_BUFFER_SIZE,
                ConsumerConfig.SEND_BUFFER_CONFIG,
                Selectable.USE_DEFAULT_BUFFER_SIZE);
    }
}
