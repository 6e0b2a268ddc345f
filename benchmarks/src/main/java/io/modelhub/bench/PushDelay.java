package io.modelhub.bench;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindow;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How soon a push query has the row of a window that changed: beyond the moment at which a plain reader of the topic at
 * read_committed has it, and since the call's append. Each call is its organization's only one, so that every one changes a window
 * of its own.
 */
final class PushDelay {

    /** Between two calls: no rhythm of the aggregator's, so that they meet it at every moment. */
    private static final Duration PACE = Duration.ofMillis(23);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ORGANIZATIONS = "pushed-";

    /**
     * @param beyondCommit since the change could be read from the topic; below zero where the row was there sooner
     * @param sinceCall since the call stood on {@code modelhub.usage}
     */
    record Delays(Percentiles beyondCommit, Percentiles sinceCall) {}

    private final Servers.Up up;
    private final UsageLog log;
    private final MeasuredAggregator aggregator;
    private final Map<String, Long> called = new ConcurrentHashMap<>();
    private final Map<String, Long> readable = new ConcurrentHashMap<>();
    private final Map<String, Long> pushed = new ConcurrentHashMap<>();

    PushDelay(Servers.Up up, UsageLog log, MeasuredAggregator aggregator) {
        this.up = up;
        this.log = log;
        this.aggregator = aggregator;
    }

    /** @throws BenchFailure a row did not come */
    Delays measure(int calls) throws InterruptedException {
        Topic<?, UsageWindow> windows = up.topics().usage1m();
        try (InputStream rows = PushQueries.opened(
                        aggregator.port(), "SELECT organization, requests FROM USAGE_1M EMIT CHANGES;");
                KafkaConsumer<byte[], UsageWindow> reader = new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                up.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        windows.value().deserializer());
                KafkaProducer<String, ModelMetrics> producer = log.usageProducer()) {
            reader.assign(ResultTopics.partitions(windows.definition()));
            reader.seekToEnd(reader.assignment());
            reader.assignment().forEach(reader::position);
            Thread push = new Thread(() -> read(rows), "push");
            push.setDaemon(true);
            push.start();
            long began = System.nanoTime();
            for (int sent = 0; readable.size() < calls || pushed.size() < calls; ) {
                for (; sent < calls && System.nanoTime() - began >= sent * PACE.toNanos(); sent++) {
                    send(producer, ORGANIZATIONS + sent);
                }
                for (ConsumerRecord<byte[], UsageWindow> record : reader.poll(Duration.ofMillis(1))) {
                    note(readable, record.value().getOrganization());
                }
                if (System.nanoTime() - began > calls * PACE.toNanos() + PATIENCE.toNanos()) {
                    throw new BenchFailure("%,d of %,d changes came from the topic, %,d from the push query."
                            .formatted(readable.size(), calls, pushed.size()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Delays(delays(readable::get), delays(called::get));
    }

    private Percentiles delays(ToLongFunction<String> since) {
        return Percentiles.ofNanos(pushed.entrySet().stream()
                .mapToLong(row -> row.getValue() - since.applyAsLong(row.getKey()))
                .toArray());
    }

    private void send(KafkaProducer<String, ModelMetrics> producer, String organization) {
        ModelMetrics call = ModelMetrics.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setModel("bench/model-00")
                .setOrganization(organization)
                .setTimestamp(Instant.now())
                .setTokensInput(1)
                .setTokensOutput(1)
                .setCost(new BigDecimal("0.001000000000"))
                .setStatus(CallStatus.Success)
                .setSource("bench")
                .build();
        producer.send(
                new ProducerRecord<>(Topics.USAGE.name(), organization, call),
                (written, failure) -> note(called, organization));
    }

    private void read(InputStream rows) {
        try (Stream<String> lines = new BufferedReader(new InputStreamReader(rows, StandardCharsets.UTF_8)).lines()) {
            lines.filter(line -> line.startsWith("[\""))
                    .forEach(line -> note(pushed, line.substring(2, line.indexOf('"', 2))));
        } catch (UncheckedIOException e) {
            // It was closed: whether rows are missing is said by their number.
        }
    }

    private static void note(Map<String, Long> moments, String organization) {
        if (organization.startsWith(ORGANIZATIONS)) {
            moments.putIfAbsent(organization, System.nanoTime());
        }
    }
}
