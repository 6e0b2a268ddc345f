package io.modelhub.bench;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * How long after an event stands on {@code modelhub.usage} its KEY_DISABLED can be read at read_committed: from the append time
 * that the broker gave the event to the moment at which a reader has the record, by the one clock of this machine. Each key is
 * new, has a limit of a cent and makes one call of a dollar.
 */
final class DisableLatency {

    /** Between two breaches: no rhythm of the aggregator's, so that they meet it at every moment. */
    private static final Duration PACE = Duration.ofMillis(23);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ORGANIZATIONS = 100;

    /** So many come before those that are measured: the start of the producer and the reader falls into them. */
    private static final int UNCOUNTED = 100;

    private final UsageLog log;
    private final Topics topics;
    private final MeasuredAggregator aggregator;
    private final String bootstrapServers;

    DisableLatency(UsageLog log, Topics topics, MeasuredAggregator aggregator, String bootstrapServers) {
        this.log = log;
        this.topics = topics;
        this.aggregator = aggregator;
        this.bootstrapServers = bootstrapServers;
    }

    /** Lets the compilers of what a breach meets do their work. */
    void warmUp() throws InterruptedException {
        aggregator.warmUp(time -> measure((int) time.dividedBy(PACE)));
    }

    /**
     * Brings new keys over their limits, one after the other, and waits until all are disabled.
     *
     * @param breaches that are measured, after {@value #UNCOUNTED} that aren't
     * @throws BenchFailure a key was not disabled
     */
    Percentiles measure(int breaches) throws InterruptedException {
        List<String> keys = Stream.generate(() -> UUID.randomUUID().toString())
                .limit(UNCOUNTED + breaches)
                .toList();
        log.publishKeys(keys.stream().map(DisableLatency::key).toList());
        aggregator.awaitKey(keys.get(keys.size() - 1));
        try (KafkaConsumer<String, KeyQuotaEvent> events = new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new StringDeserializer(),
                        topics.quotaEvents().value().deserializer());
                KafkaProducer<String, ModelMetrics> producer = log.usageProducer()) {
            events.assign(ResultTopics.partitions(Topics.QUOTA_EVENTS));
            events.seekToEnd(events.assignment());
            events.assignment().forEach(events::position);
            return Percentiles.ofMs(latencies(keys, events, producer));
        }
    }

    private long[] latencies(
            List<String> keys,
            KafkaConsumer<String, KeyQuotaEvent> events,
            KafkaProducer<String, ModelMetrics> producer) {
        Set<String> open = new HashSet<>();
        long[] latencies = new long[keys.size()];
        int found = 0;
        int sent = 0;
        long began = System.nanoTime();
        long lastFound = began;
        while (found < keys.size()) {
            while (sent < keys.size() && System.nanoTime() - began >= sent * PACE.toNanos()) {
                open.add(keys.get(sent));
                producer.send(
                        new ProducerRecord<>(Topics.USAGE.name(), organization(keys.get(sent)), call(keys.get(sent))));
                sent++;
            }
            for (ConsumerRecord<String, KeyQuotaEvent> event : events.poll(Duration.ofMillis(2))) {
                long now = System.currentTimeMillis();
                if (event.value().getType() == QuotaEventType.KEY_DISABLED && open.remove(event.key())) {
                    latencies[found++] = now - event.value().getOccurredAt().toEpochMilli();
                    lastFound = System.nanoTime();
                }
            }
            if (System.nanoTime() - lastFound > PATIENCE.toNanos()) {
                throw new BenchFailure("%,d of %,d keys over their limits were not disabled within %d s."
                        .formatted(keys.size() - found, keys.size(), PATIENCE.toSeconds()));
            }
        }
        return Arrays.copyOfRange(latencies, UNCOUNTED, latencies.length);
    }

    private static APIKey key(String id) {
        return APIKey.newBuilder()
                .setId(id)
                .setOrganization(organization(id))
                .setProvider("bench")
                .setLabel("a cent a day")
                .setIsDefault(false)
                .setIsActive(true)
                .setDailyQuota(new BigDecimal("0.01"))
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static ModelMetrics call(String key) {
        return ModelMetrics.newBuilder()
                .setEventId(key)
                .setModel("bench/model-00")
                .setOrganization(organization(key))
                .setApiKey(key)
                .setTimestamp(Instant.now())
                .setTokensInput(1)
                .setTokensOutput(1)
                .setCost(new BigDecimal("1.000000000000"))
                .setStatus(CallStatus.Success)
                .setSource("bench")
                .build();
    }

    private static String organization(String key) {
        return "latency-%02d".formatted(Math.floorMod(key.hashCode(), ORGANIZATIONS));
    }
}
