package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.modelhub.aggregator.ledger.Home;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The aggregator's processes are killed, stopped and joined by others while events come in, some of them twice and some in the
 * wrong partition; at the end every result on the topics equals what another path computes from {@code modelhub.usage}, to the last digit.
 */
class ExactlyOnceIT {

    private static final int EVENTS = 60_000;
    private static final List<String> ORGANIZATIONS = List.of("acme", "globex", "initech");
    private static final List<String> KEYS = List.of(
            "0b0f7a5e-0000-4000-8000-000000000001",
            "0b0f7a5e-0000-4000-8000-000000000002",
            "0b0f7a5e-0000-4000-8000-000000000003");
    private static final List<String> RULES =
            List.of("7a1d0c3e-0000-4000-8000-000000000001", "7a1d0c3e-0000-4000-8000-000000000002");
    private static final String LIMITED_KEY = KEYS.get(2);
    private static final BigDecimal LIMIT = new BigDecimal("25.5");
    private static final Map<String, Expected.Price> PRICES = Map.of(
            "openai/gpt-4o", new Expected.Price(new BigDecimal("0.0025"), new BigDecimal("0.01")),
            "anthropic/claude-haiku", new Expected.Price(new BigDecimal("0.0008"), new BigDecimal("0.004")),
            "deepinfra/tiny", new Expected.Price(new BigDecimal("0.0000000137"), new BigDecimal("0.00000002741")));

    private final RandomGenerator random = Seeded.random(getClass());

    /** No call is later, and all are within one UTC day, whenever the test begins and ends. */
    private final Instant end = lastOfADay(Instant.now());

    @TempDir
    private Path folder;

    private KafkaForTests kafka;
    private RegistryForTests registry;
    private Topics topics;
    private int duplicates;

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
    void killsAndRebalancesLoseNothingAndDoubleNothing() throws Exception {
        publishCatalog();
        AggregatorProcess first = aggregator("a");
        AggregatorProcess second = null;
        try {
            awaitReady(first);
            send(EVENTS / 4);
            first.kill(); // in the middle: the events are sent, their windows are not
            send(EVENTS / 4);
            first = aggregator("a");
            awaitReady(first);
            second = aggregator("b"); // takes over a part while the first goes on
            send(EVENTS / 4);
            awaitReady(second);
            first.kill();
            send(EVENTS - 3 * (EVENTS / 4));
            first = aggregator("a");
            awaitReady(first);
            second.terminate(); // gives its part back in order

            Expected expected = expectedFromTheLog();
            awaitRequests(first, requests(expected.keys), requests(expected.rules));
            assertWindows(Duration.ofMinutes(1), topics.usage1m(), expected);
            assertWindows(Duration.ofMinutes(15), topics.usage15m(), expected);
            assertWindows(Duration.ofDays(1), topics.usage1d(), expected);
            assertKeys(expected);
            assertRules(expected);
            assertAtHome(topics.usage1m(), UsageWindowKey::getOrganization);
            assertAtHome(topics.usage15m(), UsageWindowKey::getOrganization);
            assertAtHome(topics.usage1d(), UsageWindowKey::getOrganization);
            assertAtHome(topics.usage1mo(), UsageWindowKey::getOrganization);
            assertAtHome(topics.keyUsage1d(), KeyUsageDayKey::getApiKey);
            assertAtHome(topics.ruleUsage1d(), RuleUsageDayKey::getRoutingRule);
            assertAtHome(topics.quotaKeys(), key -> key);
        } catch (Throwable e) {
            Files.copy(
                    folder.resolve("a.log"),
                    Path.of("target", "exactly-once-a.log"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.copy(
                    folder.resolve("b.log"),
                    Path.of("target", "exactly-once-b.log"),
                    StandardCopyOption.REPLACE_EXISTING);
            throw e;
        } finally {
            first.close();
            if (second != null) {
                second.close();
            }
        }
    }

    private AggregatorProcess aggregator(String name) throws Exception {
        return AggregatorProcess.start(
                kafka.bootstrapServers(),
                registry.url(),
                folder.resolve(name),
                folder.resolve(name + ".log"),
                "--modelhub.quota-clock=STREAM",
                "--modelhub.windows-in-memory=30000", // So few that a checkpoint is under way most of the time.
                "--modelhub.quota-thresholds=80");
    }

    private static void awaitReady(AggregatorProcess aggregator) {
        Eventually.holds("the aggregator is ready", aggregator::isReady);
    }

    private static Instant lastOfADay(Instant now) {
        Instant midnight = now.truncatedTo(ChronoUnit.DAYS);
        return midnight.isAfter(now.minusSeconds(3600)) ? midnight.minusMillis(1) : now;
    }

    private void send(int count) throws Exception {
        Topic<String, ModelMetrics> usage = topics.usage();
        List<String> models = PRICES.keySet().stream().sorted().toList();
        try (KafkaProducer<String, ModelMetrics> producer = producer(usage)) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int key = random.nextInt(KEYS.size());
                ModelMetrics call = Calls.call()
                        .setEventId(
                                random.nextBoolean()
                                        ? new UUID(random.nextLong(), random.nextLong()).toString()
                                        : Long.toHexString(random.nextLong()))
                        .setModel(models.get(random.nextInt(models.size())))
                        .setOrganization(ORGANIZATIONS.get(key))
                        .setApiKey(KEYS.get(key))
                        .setRoutingRule(random.nextInt(3) == 0 ? RULES.get(random.nextInt(RULES.size())) : null)
                        .setTimestamp(end.minusMillis(random.nextLong(3_000_000)))
                        .setLatencyMs(random.nextInt(20) == 0 ? null : random.nextLong(30_000))
                        .setTokensInput(random.nextLong(8_000))
                        .setTokensOutput(random.nextLong(900))
                        .setStatus(CallStatus.values()[random.nextInt(CallStatus.values().length)])
                        .setCost(random.nextInt(50) == 0 ? BigDecimal.valueOf(random.nextLong(1_000_000), 12) : null)
                        .build();
                sent.add(producer.send(record(usage, call)));
                if (random.nextInt(20) == 0) { // Sent twice, perhaps by another route.
                    sent.add(producer.send(record(usage, call)));
                    duplicates++;
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    /** Most producers key their records as they should; others hash in their own way, or name no key at all. */
    private ProducerRecord<String, ModelMetrics> record(Topic<String, ModelMetrics> usage, ModelMetrics call) {
        return switch (random.nextInt(15)) {
            case 0 -> new ProducerRecord<>(usage.name(), random.nextInt(Topics.PARTITIONS), null, call);
            case 1 ->
                new ProducerRecord<>(usage.name(), random.nextInt(Topics.PARTITIONS), Topics.canonicalKey(call), call);
            default -> new ProducerRecord<>(usage.name(), Topics.canonicalKey(call), call);
        };
    }

    private void publishCatalog() throws Exception {
        try (KafkaProducer<String, Model> producer = producer(topics.models())) {
            for (Map.Entry<String, Expected.Price> price : PRICES.entrySet()) {
                Model model = Model.newBuilder()
                        .setId(price.getKey())
                        .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                        .setProvider("p")
                        .setName("n")
                        .setModelType(ModelType.Text)
                        .setConfig("{}")
                        .setStatus(EntityStatus.Active)
                        .setPrices(List.of(ModelPrice.newBuilder()
                                .setCostInput(price.getValue().input())
                                .setCostOutput(price.getValue().output())
                                .build()))
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build();
                producer.send(new ProducerRecord<>(topics.models().name(), model.getId(), model))
                        .get();
            }
        }
        try (KafkaProducer<String, APIKey> producer = producer(topics.apiKeys())) {
            for (int i = 0; i < KEYS.size(); i++) {
                APIKey key = APIKey.newBuilder()
                        .setId(KEYS.get(i))
                        .setOrganization(ORGANIZATIONS.get(i))
                        .setProvider("p")
                        .setLabel("key " + i)
                        .setIsDefault(true)
                        .setIsActive(true)
                        .setDailyQuota(KEYS.get(i).equals(LIMITED_KEY) ? LIMIT : null)
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build();
                producer.send(new ProducerRecord<>(topics.apiKeys().name(), key.getId(), key))
                        .get();
            }
        }
    }

    private Expected expectedFromTheLog() throws Exception {
        Expected expected = new Expected(PRICES, Duration.ofMinutes(1), Duration.ofMinutes(15), Duration.ofDays(1));
        List<ConsumerRecord<String, ModelMetrics>> log = readAll(topics.usage());
        assertThat(log).hasSize(EVENTS + duplicates);
        Set<String> seen = new HashSet<>();
        for (ConsumerRecord<String, ModelMetrics> record : log) {
            if (seen.add(
                    Topics.canonicalKey(record.value()) + " " + record.value().getEventId())) {
                expected.add(record.value());
            }
        }
        assertThat(seen).hasSize(EVENTS);
        return expected;
    }

    /** Waits until every grain shows all requests; a result that stays away is named by what is compared afterwards. */
    private void awaitRequests(AggregatorProcess aggregator, long count, long routed) throws Exception {
        List<Long> counts = List.of(count, count, count, count, routed);
        List<Long> seen = Eventually.lastAnswer(
                () -> {
                    List<Long> requests = requests();
                    for (int i = 0; i < counts.size(); i++) {
                        assertThat(requests.get(i)).as("nothing counts twice").isLessThanOrEqualTo(counts.get(i));
                    }
                    return requests;
                },
                counts::equals);
        assertThat(seen)
                .as(
                        "requests on the result topics; rejected: %s; the stores say %s",
                        readAll(topics.usageRejected()), aggregator.get("/v1/usage?window=1d"))
                .isEqualTo(counts);
    }

    /** On the result topics. */
    private List<Long> requests() throws Exception {
        return List.of(
                requests(topics.usage1m()),
                requests(topics.usage15m()),
                requests(topics.usage1d()),
                latest(topics.keyUsage1d()).values().stream()
                        .mapToLong(KeyUsageDay::getRequests)
                        .sum(),
                latest(topics.ruleUsage1d()).values().stream()
                        .mapToLong(RuleUsageDay::getRequests)
                        .sum());
    }

    private static long requests(Map<String, Expected.Sum> sums) {
        return sums.values().stream().mapToLong(sum -> sum.requests).sum();
    }

    private long requests(Topic<UsageWindowKey, UsageWindow> topic) throws Exception {
        return latest(topic).values().stream()
                .mapToLong(UsageWindow::getRequests)
                .sum();
    }

    private void assertWindows(Duration size, Topic<UsageWindowKey, UsageWindow> topic, Expected expected)
            throws Exception {
        Map<Expected.Window, UsageWindow> found = new HashMap<>();
        latest(topic)
                .forEach((key, window) -> found.put(
                        new Expected.Window(key.getOrganization(), key.getModel(), key.getWindowStart()), window));
        Map<Expected.Window, Expected.Sum> sums = expected.windows.get(size);
        assertThat(found.keySet()).isEqualTo(sums.keySet());
        sums.forEach((key, sum) -> {
            UsageWindow window = found.get(key);
            assertThat(window.getCost()).as("cost of %s", key).isEqualTo(sum.cost);
            assertThat(List.of(
                            window.getRequests(),
                            window.getErrors(),
                            window.getTimeouts(),
                            window.getTokensInput(),
                            window.getTokensOutput(),
                            window.getUnpricedRequests(),
                            window.getLatencyCount()))
                    .as("counts of %s", key)
                    .isEqualTo(List.of(
                            sum.requests, sum.errors, sum.timeouts, sum.tokensInput, sum.tokensOutput, 0L, (long)
                                    sum.latencies.size()));
            assertThat(window.getWindowEnd()).isEqualTo(key.start().plus(size));
            if (!sum.latencies.isEmpty()) {
                long exact = sum.latencyAt(0.95);
                assertThat(window.getLatencyP95Ms()).isCloseTo(exact, within(exact * 0.01 + 1e-9));
            }
        });
    }

    private void assertKeys(Expected expected) throws Exception {
        Map<KeyUsageDayKey, KeyUsageDay> days = latest(topics.keyUsage1d());
        assertThat(days).hasSize(KEYS.size());
        days.forEach((key, day) -> {
            assertThat(day.getCost()).isEqualTo(expected.keys.get(key.getApiKey()).cost);
            assertLatency(day.getLatencyCount(), day.getLatencyP95Ms(), expected.keys.get(key.getApiKey()));
            assertModels(day.getModels(), expected.modelsOfKeys.get(key.getApiKey()));
        });
        Map<String, KeyQuotaState> states = latest(topics.quotaKeys());
        for (String key : KEYS) {
            KeyQuotaState state = states.get(key);
            assertThat(state.getDay().getSpent()).isEqualTo(expected.keys.get(key).cost);
            assertThat(state.getMonth().getSpent()).isEqualTo(expected.keys.get(key).cost);
            assertThat(state.getEnabled()).isEqualTo(!key.equals(LIMITED_KEY));
        }
        List<KeyQuotaEvent> events = readAll(topics.quotaEvents()).stream()
                .map(ConsumerRecord::value)
                .toList();
        assertThat(events)
                .extracting(KeyQuotaEvent::getType)
                .containsExactly(QuotaEventType.THRESHOLD_REACHED, QuotaEventType.KEY_DISABLED);
        KeyQuotaEvent disabled = events.get(1);
        assertThat(disabled.getApiKey()).isEqualTo(LIMITED_KEY);
        assertThat(disabled.getSpent()).isGreaterThanOrEqualTo(LIMIT);
    }

    private void assertRules(Expected expected) throws Exception {
        Map<RuleUsageDayKey, RuleUsageDay> days = latest(topics.ruleUsage1d());
        assertThat(days).hasSize(RULES.size());
        days.forEach((key, day) -> {
            Expected.Sum sum = expected.rules.get(key.getRoutingRule());
            assertThat(day.getCost()).isEqualTo(sum.cost);
            assertThat(List.of(day.getErrors(), day.getTimeouts(), day.getTokensInput(), day.getTokensOutput()))
                    .isEqualTo(List.of(sum.errors, sum.timeouts, sum.tokensInput, sum.tokensOutput));
            assertLatency(day.getLatencyCount(), day.getLatencyP95Ms(), sum);
            assertModels(day.getModels(), expected.modelsOfRules.get(key.getRoutingRule()));
        });
    }

    /** What is about one organization, key or rule stands in one partition, the same on every topic. */
    private <K, V> void assertAtHome(Topic<K, V> topic, Function<K, String> subject) {
        assertThat(readAll(topic))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.partition())
                        .isEqualTo(Home.of(subject.apply(record.key()), Topics.PARTITIONS)));
    }

    private static void assertLatency(long count, Double p95, Expected.Sum sum) {
        assertThat(count).isEqualTo(sum.latencies.size());
        long exact = sum.latencyAt(0.95);
        assertThat(p95).isCloseTo(exact, within(exact * 0.01 + 1e-9));
    }

    private static void assertModels(List<ModelUsage> models, Map<String, Expected.Sum> expected) {
        assertThat(models).extracting(ModelUsage::getModel).containsExactlyInAnyOrderElementsOf(expected.keySet());
        models.forEach(model -> {
            Expected.Sum sum = expected.get(model.getModel());
            assertThat(model.getCost()).isEqualTo(sum.cost);
            assertThat(List.of(model.getRequests(), model.getErrors(), model.getTokensInput(), model.getTokensOutput()))
                    .isEqualTo(List.of(sum.requests, sum.errors, sum.tokensInput, sum.tokensOutput));
        });
    }

    private <K, V> KafkaProducer<K, V> producer(Topic<K, V> topic) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5),
                topic.key().serializer(),
                topic.value().serializer());
    }

    private <K, V> Map<K, V> latest(Topic<K, V> topic) throws Exception {
        Map<K, V> latest = new HashMap<>();
        readAll(topic).forEach(record -> latest.put(record.key(), record.value()));
        return latest;
    }

    /** Everything that is committed now. */
    private <K, V> List<ConsumerRecord<K, V>> readAll(Topic<K, V> topic) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<K, V> consumer = new KafkaConsumer<>(
                config, topic.key().deserializer(), topic.value().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<K, V>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }
}
