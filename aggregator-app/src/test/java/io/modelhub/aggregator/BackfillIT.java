package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.Organization;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trace as agents leave it - five days that are a week old, out of order, some calls failed, some records twice - sent with
 * the acceptance horizon raised: days and months are those of each organization's zone, and are the same after all local state was lost.
 */
class BackfillIT {

    private static final int CALLS = 3_000;
    private static final Map<String, String> ZONES =
            Map.of("acme", "UTC", "bombay", "Asia/Kolkata", "gotham", "America/New_York");
    private static final List<String> MODELS = List.of("azure/deepseek", "openai/gpt-4o");

    private final RandomGenerator random = Seeded.random(getClass());
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final List<ModelMetrics> calls = new ArrayList<>();
    private final List<ModelMetrics> repeats = new ArrayList<>();

    @TempDir
    private Path folder;

    private KafkaForTests kafka;
    private RegistryForTests registry;
    private Topics topics;

    @BeforeEach
    void start() throws InterruptedException {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        topics = new Topics(AvroSerdes.at(registry.url()));
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
    }

    @AfterEach
    void stop() {
        registry.close();
        kafka.close();
    }

    @Test
    void anOldTraceIsCountedByDayAndModelAndSurvivesTheLossOfLocalState() throws Exception {
        publishOrganizations();
        AggregatorProcess aggregator = started();
        try {
            assertThat(retentionMs(Topics.USAGE_1M))
                    .isEqualTo(Duration.ofDays(11).toMillis());
            send(CALLS);
            awaitWindows();
            Map<String, String> answers = answers(aggregator);

            aggregator.terminate();
            deleteLocalState();
            aggregator = started();
            assertThat(answers(aggregator)).isEqualTo(answers);

            send(CALLS / 10); // into the same days
            awaitWindows();
            assertThat(read(topics.calendars()).keySet()).containsExactlyInAnyOrderElementsOf(ZONES.keySet());
        } finally {
            aggregator.close();
        }
    }

    private AggregatorProcess started() throws Exception {
        AggregatorProcess aggregator = AggregatorProcess.start(
                kafka.bootstrapServers(),
                registry.url(),
                folder.resolve("state"),
                Path.of("target", "backfill.log"),
                "--modelhub.acceptance-horizon=10d",
                "--modelhub.retention.minutes=11d");
        Eventually.holds("the aggregator is ready", aggregator::isReady);
        return aggregator;
    }

    private void deleteLocalState() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(folder.resolve("state")).doesNotExist();
    }

    private long retentionMs(TopicDefinition topic) throws Exception {
        try (Admin admin = kafka.admin()) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            return Long.parseLong(admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(TopicConfig.RETENTION_MS_CONFIG)
                    .value());
        }
    }

    private void publishOrganizations() throws Exception {
        try (KafkaProducer<String, Organization> producer = producer(topics.organizations())) {
            for (Map.Entry<String, String> zone : ZONES.entrySet()) {
                producer.send(new ProducerRecord<>(
                                topics.organizations().name(),
                                zone.getKey(),
                                CatalogRecords.organization(zone.getKey(), zone.getValue(), 1)))
                        .get();
            }
        }
    }

    /** Out of order over five days; one in fifteen failed, one in twenty comes twice. */
    private void send(int count) throws Exception {
        Topic<String, ModelMetrics> usage = topics.usage();
        List<String> organizations = ZONES.keySet().stream().sorted().toList();
        try (KafkaProducer<String, ModelMetrics> producer = producer(usage)) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boolean failed = random.nextInt(15) == 0;
                ModelMetrics call = Calls.call()
                        .setEventId("span-" + calls.size())
                        .setModel(MODELS.get(random.nextInt(MODELS.size())))
                        .setOrganization(organizations.get(random.nextInt(organizations.size())))
                        .setTimestamp(now.minus(Duration.ofDays(9))
                                .plusMillis(random.nextLong(Duration.ofDays(5).toMillis())))
                        .setLatencyMs(random.nextLong(100, 60_000))
                        .setTokensInput(random.nextLong(20_000))
                        .setTokensOutput(failed ? 0 : random.nextLong(1_000))
                        .setStatus(failed ? CallStatus.Error : CallStatus.Success)
                        .setCost(BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), 12))
                        .build();
                calls.add(call);
                sent.add(producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(call), call)));
                if (random.nextInt(20) == 0) {
                    ModelMetrics repeat = calls.get(random.nextInt(calls.size()));
                    repeats.add(repeat);
                    sent.add(producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(repeat), repeat)));
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    /** What was sent, by organization, model and start. */
    private Map<String, String> expected(BiFunction<Instant, ZoneId, Instant> start) {
        Map<String, long[]> counts = new TreeMap<>();
        Map<String, BigDecimal> costs = new HashMap<>();
        for (ModelMetrics call : calls) {
            String window = window(call, start);
            long[] count = counts.computeIfAbsent(window, ignored -> new long[5]);
            count[0]++;
            count[1] += call.getStatus() == CallStatus.Error ? 1 : 0;
            count[2] += call.getTokensInput();
            count[3] += call.getTokensOutput();
            costs.merge(window, call.getCost(), BigDecimal::add);
        }
        repeats.forEach(repeat -> counts.get(window(repeat, start))[4]++);
        Map<String, String> expected = new TreeMap<>();
        counts.forEach((window, count) -> expected.put(
                window,
                "%d %d %d %d %s %d".formatted(count[0], count[1], count[2], count[3], costs.get(window), count[4])));
        return expected;
    }

    private static String window(ModelMetrics call, BiFunction<Instant, ZoneId, Instant> start) {
        ZoneId zone = ZoneId.of(ZONES.get(call.getOrganization()));
        return call.getOrganization() + " " + call.getModel() + " " + start.apply(call.getTimestamp(), zone);
    }

    /** A window that stays away or is wrong is named by what is compared afterwards. */
    private void awaitWindows() {
        Map<String, String> days = expected(
                (time, zone) -> time.atZone(zone).truncatedTo(ChronoUnit.DAYS).toInstant());
        Map<String, String> months = expected((time, zone) ->
                time.atZone(zone).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).toInstant());
        assertThat(Eventually.lastAnswer(() -> found(topics.usage1d()), days::equals))
                .isEqualTo(days);
        assertThat(Eventually.lastAnswer(() -> found(topics.usage1mo()), months::equals))
                .isEqualTo(months);
    }

    private Map<String, String> found(Topic<UsageWindowKey, UsageWindow> topic) {
        Map<String, String> found = new TreeMap<>();
        read(topic)
                .forEach((key, window) -> found.put(
                        key.getOrganization() + " " + key.getModel() + " " + key.getWindowStart(),
                        "%d %d %d %d %s %d"
                                .formatted(
                                        window.getRequests(),
                                        window.getErrors(),
                                        window.getTokensInput(),
                                        window.getTokensOutput(),
                                        window.getCost(),
                                        window.getDuplicates())));
        return found;
    }

    /** Without the time at which they were read. */
    private Map<String, String> answers(AggregatorProcess aggregator) throws InterruptedException {
        Map<String, String> answers = new TreeMap<>();
        Instant from = now.minus(Duration.ofDays(10)).truncatedTo(ChronoUnit.DAYS);
        for (String query : List.of(
                "window=1d",
                "window=1d&zone=Asia/Kolkata&organization=bombay",
                "window=1d&zone=Asia/Kolkata&organization=acme",
                "window=1mo&zone=America/New_York",
                "window=1h&group_by=window",
                "window=1m&group_by=window,model")) {
            String answer = aggregator.get("/v1/usage?" + query + "&from=" + from + "&to=" + now);
            assertThat(answer).as(query).startsWith("200 ").contains("\"complete\":true");
            answers.put(query, answer.replaceAll("\"as_of\":\"[^\"]*\"", ""));
        }
        return answers;
    }

    private <K, V> KafkaProducer<K, V> producer(Topic<K, V> topic) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                topic.key().serializer(),
                topic.value().serializer());
    }

    /** The latest value of each key. */
    private <K, V> Map<K, V> read(Topic<K, V> topic) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        Map<K, V> latest = new HashMap<>();
        try (KafkaConsumer<K, V> consumer = new KafkaConsumer<>(
                config, topic.key().deserializer(), topic.value().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> latest.put(record.key(), record.value()));
            }
        }
        return latest;
    }
}
