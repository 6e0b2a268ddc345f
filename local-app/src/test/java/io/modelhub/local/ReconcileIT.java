package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import io.modelhub.local.topic.CommittedLog;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.UsageWindow;
import io.modelhub.test.Eventually;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that look at a running platform, as a user types them: the results of an aggregator that was killed are reconciled
 * with the log, faults planted in them are found, and what was rejected is sent again, once each.
 */
class ReconcileIT {

    private static final int EVENTS = 3_000;
    private static final List<String> ORGANIZATIONS = List.of("acme", "globex", "initech");
    private static final List<String> MODELS = List.of("test/large", "test/tiny", "test/unpriced");
    private static final String SHARED_KEY = "0b0f7a5e-0000-4000-8000-000000000009";

    private final RandomGenerator random = random();

    @TempDir
    private Path folder;

    private Ports ports;
    private Commands commands;
    private Topics topics;

    @Test
    void whatStandsOnTheTopicsIsWhatTheLogSays() throws Exception {
        ports = Ports.free();
        commands = new Commands(ports, folder);
        topics = new Topics(AvroSerdes.at(ports.registryUrl()));
        PlatformSettings settings =
                new PlatformSettings(folder.resolve("data"), false, ports, Distribution.ofThisBuild());
        try (LocalPlatform platform = LocalPlatform.started(settings, System.out::println)) {
            publishCatalog();
            Instant notYet = Instant.now().plus(Duration.ofMinutes(5)).plusSeconds(20);
            sendUsage(notYet);
            sendNonsenseOverHttp();

            reconcilesThoughTheAggregatorWasKilled();
            findsWhatIsPlanted();
            listsWhatWasRejected();
            sendsTheLateOnesAgainOnce();
            sendsWhatCameByHttpThroughIngestApp();
            countsWhatIsAcceptableNow(notYet);
        }
    }

    private void reconcilesThoughTheAggregatorWasKilled() throws Exception {
        assertThat(commands.execute("reconcile")).as(commands.out()).isZero();
        assertThat(commands.out()).contains("\n0 differences");
        JsonNode figures = commands.json();
        assertThat(figures.path("events").asLong()).isEqualTo(EVENTS + 5);
        assertThat(figures.path("accepted").asLong()).isEqualTo(EVENTS);
        assertThat(figures.path("rejected").asLong()).isEqualTo(5);
        assertThat(figures.path("windows_compared").asLong()).isGreaterThan(100);
        assertThat(figures.path("keys_compared").asLong()).isEqualTo(ORGANIZATIONS.size() + 1);
        assertThat(figures.path("quota_events_found").asLong()).isPositive();
        assertThat(figures.path("differences").asLong()).isZero();
    }

    private void findsWhatIsPlanted() throws Exception {
        ConsumerRecord<byte[], byte[]> right = lastRecord(topics.usage1d());
        UsageWindow window = read(topics.usage1d().value(), topics.usage1d(), right.value());
        plant(
                right,
                topics.usage1d(),
                UsageWindow.newBuilder(window)
                        .setCost(window.getCost().add(new BigDecimal("0.000000000001")))
                        .build());
        ConsumerRecord<byte[], byte[]> told = lastRecord(topics.quotaEvents());
        KeyQuotaEvent event = read(topics.quotaEvents().value(), topics.quotaEvents(), told.value());
        plant(told, topics.quotaEvents(), event);

        assertThat(commands.execute("reconcile", "--organization", window.getOrganization()))
                .isEqualTo(1);
        assertThat(commands.json().path("found_differences")).anySatisfy(difference -> {
            assertThat(difference.path("topic").asText()).isEqualTo("modelhub.analytics.usage-1d");
            assertThat(difference.path("key").asText())
                    .isEqualTo(
                            "%s %s %s".formatted(window.getOrganization(), window.getModel(), window.getWindowStart()));
            assertThat(difference.path("field").asText()).isEqualTo("cost");
            assertThat(difference.path("expected").asText())
                    .isEqualTo(window.getCost().toPlainString());
        });
        assertThat(commands.execute("reconcile", "--limit", "0")).isEqualTo(1);
        assertThat(commands.json().path("found_differences"))
                .anySatisfy(difference ->
                        assertThat(difference.path("key").asText()).isEqualTo(event.getId()));
        assertThat(commands.out()).doesNotContain(event.getId());
        plant(right, topics.usage1d(), window);
    }

    private void listsWhatWasRejected() throws Exception {
        assertThat(commands.execute("rejected")).isZero();
        // Who called what: of each that came by a topic and can be read.
        assertThat(commands.out().lines().filter(line -> line.matches(" {4}\\S+Z \\S+ test/\\S+ .* tokens, .*")))
                .hasSize(4);
        JsonNode reasons = commands.json().path("by_reason");
        assertThat(reasons.path("late").asLong()).isEqualTo(3);
        assertThat(reasons.path("from_the_future").asLong()).isEqualTo(1);
        assertThat(reasons.path("undecodable").asLong()).isEqualTo(1);
        assertThat(reasons).hasSize(4);
        assertThat(commands.execute("rejected", "--reason", "late", "--limit", "1"))
                .isZero();
        assertThat(commands.json().path("total").asLong()).isEqualTo(3);
        assertThat(commands.json().path("events")).hasSize(1);
        assertThat(commands.json().at("/events/0/event_id").asText()).startsWith("late-");
        assertThat(commands.execute("rejected", "--to", "2026-01-01T00:00:00Z")).isZero();
        assertThat(commands.json().path("total").asLong()).isZero();
    }

    private void sendsTheLateOnesAgainOnce() throws Exception {
        assertThat(commands.execute("rejected", "replay", "--reason", "late")).isZero();
        assertReplay(3, 0, 0, "{\"late\":3}");
        assertThat(commands.out()).contains("late events stay late until the aggregator's setting");

        // Neither the first three nor the three that came of them.
        assertThat(commands.execute("rejected", "replay", "--reason", "late")).isZero();
        assertReplay(0, 0, 6, "{}");

        assertThat(commands.execute("rejected", "replay", "--reason", "late", "--again"))
                .isZero();
        assertReplay(3, 0, 3, "{\"late\":3}");
    }

    private void sendsWhatCameByHttpThroughIngestApp() throws Exception {
        assertThat(commands.execute("rejected", "--reason", "negative_number")).isZero();
        // More than the two that were sent, where ingest-app had to be asked again.
        long rejected = commands.json().path("total").asLong();
        assertThat(commands.execute("rejected", "replay", "--reason", "negative_number"))
                .isZero();
        assertReplay(0, 2, rejected - 2, "{\"negative_number\":2}");
        assertThat(commands.execute("rejected", "replay", "--reason", "negative_number"))
                .isZero();
        assertReplay(0, 0, rejected + 2, "{}");
    }

    private void countsWhatIsAcceptableNow(Instant notYet) throws Exception {
        while (Instant.now().isBefore(notYet.minus(Duration.ofMinutes(5)))) {
            Thread.sleep(500);
        }
        assertThat(commands.execute("rejected", "replay", "--reason", "from_the_future"))
                .isZero();
        assertReplay(1, 0, 0, "{}");

        // The event that was planted twice is still there.
        assertThat(commands.execute("reconcile")).isEqualTo(1);
        assertThat(commands.json().path("accepted").asLong()).isEqualTo(EVENTS + 1);
        assertThat(commands.json().path("found_differences"))
                .allSatisfy(difference ->
                        assertThat(difference.path("topic").asText()).isEqualTo("modelhub.quota.events"));
    }

    private void assertReplay(long ontoTopic, long throughIngest, long leftAlone, String rejectedAgain)
            throws Exception {
        JsonNode replayed = commands.json();
        assertThat(replayed.path("sent_onto_topic").asLong()).isEqualTo(ontoTopic);
        assertThat(replayed.path("sent_through_ingest").asLong()).isEqualTo(throughIngest);
        assertThat(replayed.path("left_alone").asLong()).isEqualTo(leftAlone);
        assertThat(replayed.path("rejected_again").toString()).isEqualTo(rejectedAgain);
        assertThat(replayed.path("all_judged").asBoolean()).isTrue();
    }

    private void publishCatalog() throws Exception {
        Map<String, String> rates = Map.of("test/large", "0.0025", "test/tiny", "0.0000000137");
        for (Map.Entry<String, String> rate : rates.entrySet()) {
            Model model = Model.newBuilder()
                    .setId(rate.getKey())
                    .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                    .setProvider("test")
                    .setName(rate.getKey().substring(5))
                    .setModelType(ModelType.Text)
                    .setConfig("{}")
                    .setStatus(EntityStatus.Active)
                    .setPrices(List.of(ModelPrice.newBuilder()
                            .setCostInput(new BigDecimal(rate.getValue()))
                            .setCostOutput(new BigDecimal(rate.getValue()).multiply(BigDecimal.TEN))
                            .build()))
                    .setRevision(1)
                    .setUpdatedAt(Instant.EPOCH)
                    .build();
            send(topics.models(), model.getId(), model);
        }
        for (String organization : ORGANIZATIONS) {
            publishKey(key(organization), organization, organization.equals("initech") ? "0.5" : null);
        }
        publishKey(SHARED_KEY, null, null);
        JsonApi aggregator = new JsonApi("aggregator-app", ports.aggregator());
        Eventually.holds(
                "the aggregator knows the catalog",
                () -> isFound(aggregator.get("/v1/prices?model=test/large"))
                        && isFound(aggregator.get("/v1/prices?model=test/tiny"))
                        && isFound(aggregator.get("/v1/keys/" + SHARED_KEY + "/quota")));
    }

    private void publishKey(String id, String organization, String quota) throws Exception {
        send(
                topics.apiKeys(),
                id,
                APIKey.newBuilder()
                        .setId(id)
                        .setOrganization(organization)
                        .setProvider("test")
                        .setLabel("key")
                        .setIsDefault(true)
                        .setIsActive(true)
                        .setDailyQuota(quota == null ? null : new BigDecimal(quota).setScale(12))
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
    }

    private static boolean isFound(JsonApi.Answer answer) {
        return answer instanceof JsonApi.Answer.Given given && given.isSuccess();
    }

    private static String key(String organization) {
        return "0b0f7a5e-0000-4000-8000-00000000000" + ORGANIZATIONS.indexOf(organization);
    }

    /** Good calls, three late ones, one from the future and one that can't be read; the aggregator is killed among them. */
    private void sendUsage(Instant fromTheFuture) throws Exception {
        Instant end = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < EVENTS; i++) {
                if (i == EVENTS / 2) {
                    killAggregator();
                }
                sent.add(producer.send(record(call("call-" + i, end.minusMillis(random.nextLong(3_000_000))))));
            }
            for (int i = 0; i < 3; i++) {
                sent.add(producer.send(record(call("late-" + i, end.minus(Duration.ofHours(25))))));
            }
            sent.add(producer.send(record(call("future", fromTheFuture))));
            sent.add(producer.send(new ProducerRecord<>(Topics.USAGE.name(), new byte[] {1, 2, 3})));
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private ModelMetrics call(String id, Instant time) {
        String organization = ORGANIZATIONS.get(random.nextInt(ORGANIZATIONS.size()));
        String key = random.nextInt(4) == 0 ? SHARED_KEY : key(organization);
        return ModelMetrics.newBuilder()
                .setEventId(id)
                .setModel(MODELS.get(random.nextInt(MODELS.size())))
                .setOrganization(organization)
                .setApiKey(random.nextInt(5) == 0 ? null : key)
                .setTimestamp(time)
                .setLatencyMs(random.nextInt(20) == 0 ? null : random.nextLong(30_000))
                .setTokensInput(random.nextLong(8_000))
                .setTokensOutput(random.nextLong(900))
                .setStatus(CallStatus.values()[random.nextInt(CallStatus.values().length)])
                .setCost(random.nextInt(50) == 0 ? BigDecimal.valueOf(random.nextLong(1_000_000), 12) : null)
                .build();
    }

    private ProducerRecord<byte[], byte[]> record(ModelMetrics call) {
        Topic<String, ModelMetrics> usage = topics.usage();
        return new ProducerRecord<>(
                usage.name(),
                usage.key().serializer().serialize(usage.name(), Topics.canonicalKey(call)),
                usage.value().serializer().serialize(usage.name(), call));
    }

    /** As {@code kill -9}; the platform starts it again. */
    private static void killAggregator() {
        ProcessHandle aggregator = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("aggregator-app"))
                .findFirst()
                .orElseThrow();
        assertThat(aggregator.destroyForcibly()).isTrue();
    }

    private void sendNonsenseOverHttp() throws Exception {
        String events = """
                [{"event_id": "bad-1", "model": "test/tiny", "timestamp": "%1$s",
                  "tokens_input": -1, "tokens_output": 0, "status": "Success"},
                 {"event_id": "bad-2", "model": "test/tiny", "timestamp": "%1$s", "tokens_input": 1,
                  "tokens_output": -1, "status": "Success"}]
                """.formatted(Instant.now());
        JsonApi ingest = new JsonApi("ingest-app", ports.ingest());
        Eventually.holds(
                "ingest-app answers",
                () -> ingest.post("/v1/usage", "application/json", HttpRequest.BodyPublishers.ofString(events))
                                instanceof JsonApi.Answer.Given given
                        && given.status() == 422);
    }

    /** Writes after a record, under its key and in its partition. */
    private <V> void plant(ConsumerRecord<byte[], byte[]> after, Topic<?, V> topic, V value) throws Exception {
        byte[] planted = topic.value().serializer().serialize(topic.name(), value);
        write(new ProducerRecord<>(topic.name(), after.partition(), after.key(), planted));
    }

    private <K, V> void send(Topic<K, V> topic, K key, V value) throws Exception {
        write(new ProducerRecord<>(
                topic.name(),
                topic.key().serializer().serialize(topic.name(), key),
                topic.value().serializer().serialize(topic.name(), value)));
    }

    private void write(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.send(record).get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", ports.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private ConsumerRecord<byte[], byte[]> lastRecord(Topic<?, ?> topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (CommittedLog log = new CommittedLog(ports.bootstrapServers())) {
            log.read(topic.name(), records::add);
        }
        return records.get(records.size() - 1);
    }

    private static <T> T read(Serde<T> serde, Topic<?, ?> topic, byte[] bytes) {
        return serde.deserializer().deserialize(topic.name(), bytes);
    }

    private static RandomGenerator random() {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime());
        System.out.println("ReconcileIT runs with -Dmodelhub.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
