package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to keys that nobody calls, on a real broker and by the real clock; committed records only. */
class QuotaLifeIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METERS = List.of(
            "modelhub.quota.breaches",
            "modelhub.quota.overshoot",
            "modelhub.usage.duplicates",
            "modelhub.usage.organization.mismatches",
            "modelhub.usage.rejected");

    @TempDir
    private static Path folder;

    private static KafkaForTests kafka;
    private static RegistryForTests registry;
    private static Topics topics;
    private static AggregatorProcess aggregator;
    private static long revision;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        topics = new Topics(AvroSerdes.at(registry.url()));
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
        startAggregator("a");
        Eventually.holds("the aggregator is ready", () -> aggregator.isReady());
    }

    @AfterAll
    static void stop() throws Exception {
        aggregator.close();
        registry.close();
        kafka.close();
    }

    /** Keys of all partitions: each is told by the task that owns it, once. */
    @Test
    void theCatalogActsWithoutAnyCall() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            keys.add("5a000000-0000-4000-8000-%012d".formatted(i));
        }
        for (String key : keys) {
            publishKey(key, "acme", "0");
        }
        awaitEvents(keys, "KEY_DISABLED quota_changed true");
        for (String key : keys) {
            publishKey(key, "acme", "1");
        }
        awaitEvents(keys, "KEY_DISABLED quota_changed true", "KEY_ENABLED quota_changed false");
        for (String key : keys) {
            publishKey(key, "acme", "0");
        }
        awaitEvents(
                keys,
                "KEY_DISABLED quota_changed true",
                "KEY_ENABLED quota_changed false",
                "KEY_DISABLED quota_changed true");
        for (String key : keys) {
            send(topics.apiKeys(), key, null);
        }
        awaitEvents(
                keys,
                "KEY_DISABLED quota_changed true",
                "KEY_ENABLED quota_changed false",
                "KEY_DISABLED quota_changed true",
                "KEY_ENABLED key_deleted false");
        Map<String, KeyQuotaState> left = new HashMap<>();
        try (KafkaConsumer<String, KeyQuotaState> consumer = consumer(topics.quotaKeys())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> left.put(record.key(), record.value()));
            }
        }
        assertThat(left).containsKeys(keys.toArray(String[]::new));
        assertThat(keys).as("deleted keys have no record").allMatch(key -> left.get(key) == null);
    }

    /**
     * The organization's zone is such that its midnight is soon. Between the limit and midnight the process is killed, and
     * another one without its local state takes over: it finds what is due.
     */
    @Test
    void aNewOwnerEnablesAtMidnightWithoutAnyCall() throws Exception {
        String key = "5a000000-0000-4000-8000-000000000100";
        Instant midnight = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        String zone = zoneWithMidnightAt(midnight);
        send(topics.organizations(), "soon", CatalogRecords.organization("soon", zone, ++revision));
        publishKey(key, "soon", "2");
        send(callOf("soon", key).setCost(new BigDecimal("3")).build(), null);
        awaitEvents(List.of(key), "KEY_DISABLED limit_reached true");
        assertThat(Instant.now()).as("the rest of the test has a day to end").isBefore(midnight);
        aggregator.kill();
        startAggregator("b");

        KeyQuotaEvent enabled = awaitEvents(
                        List.of(key), "KEY_DISABLED limit_reached true", "KEY_ENABLED period_ended false")
                .get(1);
        assertThat(enabled.getPeriodEnd()).isEqualTo(midnight);
        assertThat(enabled.getOccurredAt()).isAfterOrEqualTo(midnight);
        assertThat(enabled.getOvershoot()).isEqualByComparingTo("1");
        System.out.printf(
                "Enabled %d ms after midnight%n",
                Duration.between(midnight, enabled.getOccurredAt()).toMillis());
    }

    @Test
    void explainsWhichCallsBroughtAKeyToItsLimit() throws Exception {
        String key = "5a000000-0000-4000-8000-000000000200";
        publishKey(key, "explained", "2.5");
        send(topics.models(), "explained/model", CatalogRecords.model("explained/model", "1", ++revision));
        ModelMetrics.Builder sent = call("e-1", key).setCost(BigDecimal.ONE);
        ModelMetrics.Builder priced = call("e-2", key).setTokensInput(1_500);
        send(sent.build(), null);
        send(priced.build(), null);
        send(sent.setCost(BigDecimal.TEN).build(), null); // The same event once more: the first offset wins.
        send(call("e-3", "of another key").build(), null);
        send(call("e-4", key).setCost(BigDecimal.ONE).build(), 5); // From a producer that hashes differently.
        send(
                call("e-5", key)
                        .setTimestamp(Instant.now().minus(2, ChronoUnit.DAYS))
                        .build(),
                null); // Too late.

        String path = "/v1/keys/" + key + "/quota/explain?period=month";
        String answer = Eventually.answers(
                "the explanation has the last call", () -> aggregator.get(path), text -> text.contains("e-4"));
        JsonNode explanation = JSON.readTree(answer.substring(4));
        assertThat(explanation.get("complete").asBoolean()).isTrue();
        assertThat(explanation.get("duplicates").asInt()).isEqualTo(1);
        assertThat(explanation.get("spent").asText()).isEqualTo("3.500000000000");
        assertThat(explanation.findValuesAsText("event_id")).containsExactly("e-1", "e-2", "e-4");
        assertThat(explanation.at("/calls/1/price/cost_input").asText()).isEqualTo("1");
        assertThat(explanation.at("/calls/1/spent").asText()).isEqualTo("2.500000000000");
        assertThat(explanation.at("/calls/2/partition").asInt()).isEqualTo(5);

        JsonNode day = JSON.readTree(aggregator
                .get("/v1/keys/" + key + "/quota/explain?from=1&limit=1")
                .substring(4));
        assertThat(day.at("/reached_by/event_id").asText()).isEqualTo("e-2");
        assertThat(day.get("calls")).hasSize(1);
        assertThat(day.at("/calls/0/number").asInt()).isEqualTo(1);
        assertThat(day.get("next").asInt()).isEqualTo(2);
    }

    /** What an operator's console watches. Other tests count, too: by how much they grow. */
    @Test
    void metersTellOfBreachesAndOfWhatIsNoCallMore() throws Exception {
        String key = "5a000000-0000-4000-8000-000000000300";
        publishKey(key, "acme", "2");
        Eventually.holds(
                "the key is known",
                () -> aggregator.get("/v1/keys/" + key + "/quota").startsWith("200"));
        Map<String, Double> before = meters();
        ModelMetrics tooMuch =
                callOf("not-acme", key).setCost(new BigDecimal("3.25")).build();
        send(tooMuch, null);
        awaitEvents(List.of(key), "KEY_DISABLED limit_reached true");
        send(tooMuch, null);
        send(Calls.call().setTimestamp(Instant.now().minus(Duration.ofDays(9))).build(), null); // Too late.

        Map<String, Double> growth = Eventually.lastAnswer(
                () -> {
                    Map<String, Double> grown = meters();
                    grown.replaceAll((meter, now) -> now - before.get(meter));
                    return grown;
                },
                grown -> grown.get("modelhub.usage.duplicates") > 0 && grown.get("modelhub.usage.rejected") > 0);
        assertThat(growth)
                .containsEntry("modelhub.quota.breaches", 1.0)
                .containsEntry("modelhub.quota.overshoot", 1.25)
                .containsEntry("modelhub.usage.duplicates", 1.0)
                .containsEntry("modelhub.usage.organization.mismatches", 2.0)
                .containsEntry("modelhub.usage.rejected", 1.0);
        assertThat(meter("modelhub.quota.overshoot.max")).isGreaterThanOrEqualTo(1.25);
        Eventually.holds("all is counted", () -> meter("modelhub.usage.lag.records") == 0);
        assertThat(meter("modelhub.restoring.records")).isZero();
    }

    private static Map<String, Double> meters() throws Exception {
        Map<String, Double> meters = new HashMap<>();
        for (String meter : METERS) {
            meters.put(meter, meter(meter));
        }
        return meters;
    }

    private static double meter(String name) throws Exception {
        String answer = aggregator.get("/actuator/metrics/" + name);
        assertThat(answer).startsWith("200");
        return JSON.readTree(answer.substring(4)).at("/measurements/0/value").asDouble();
    }

    private static ModelMetrics.Builder call(String eventId, String key) {
        return callOf("explained", key).setEventId(eventId).setModel("explained/model");
    }

    private static ModelMetrics.Builder callOf(String organization, String key) {
        return Calls.call().setOrganization(organization).setApiKey(key).setTimestamp(Instant.now());
    }

    private static void send(ModelMetrics call, @Nullable Integer partition) throws Exception {
        send(topics.usage(), Topics.canonicalKey(call), call, partition);
    }

    private static String zoneWithMidnightAt(Instant midnight) {
        int second = midnight.atOffset(ZoneOffset.UTC).toLocalTime().toSecondOfDay();
        int widest = ZoneOffset.MAX.getTotalSeconds();
        return ZoneOffset.ofTotalSeconds(
                        second <= widest
                                ? -second
                                : Math.toIntExact(Duration.ofDays(1).toSeconds()) - second)
                .getId();
    }

    private static void startAggregator(String name) throws Exception {
        aggregator = AggregatorProcess.start(
                kafka.bootstrapServers(),
                registry.url(),
                folder.resolve(name),
                folder.resolve(name + ".log"),
                "--modelhub.quota-thresholds=100");
    }

    /** Waits until every one of the keys has been told as much; gives the events of the last. */
    private static List<KeyQuotaEvent> awaitEvents(List<String> keys, String... told) {
        Map<String, List<KeyQuotaEvent>> events = new HashMap<>();
        try (KafkaConsumer<String, KeyQuotaEvent> consumer = consumer(topics.quotaEvents())) {
            Eventually.answers(
                    "what each key was told",
                    () -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                            if (record.value().getType() != QuotaEventType.THRESHOLD_REACHED) {
                                events.computeIfAbsent(record.key(), key -> new ArrayList<>())
                                        .add(record.value());
                            }
                        });
                        return events;
                    },
                    all -> keys.stream()
                            .allMatch(key -> all.getOrDefault(key, List.of()).size() >= told.length));
        }
        for (String key : keys) {
            assertThat(events.get(key).stream()
                            .map(event ->
                                    "%s %s %s".formatted(event.getType(), event.getReason(), event.getStillDisabled()))
                            .toList())
                    .containsExactly(told);
        }
        return events.get(keys.get(keys.size() - 1));
    }

    private static <V> KafkaConsumer<String, V> consumer(Topic<String, V> topic) {
        KafkaConsumer<String, V> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                topic.key().deserializer(),
                topic.value().deserializer());
        consumer.assign(consumer.partitionsFor(topic.name()).stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    private static void publishKey(String id, String organization, String daily) throws Exception {
        send(topics.apiKeys(), id, CatalogRecords.key(id, organization, daily, null, ++revision));
    }

    private static <V> void send(Topic<String, V> topic, String key, @Nullable V value) throws Exception {
        send(topic, key, value, null);
    }

    /** @param partition null: by the key's hash */
    private static <V> void send(Topic<String, V> topic, String key, @Nullable V value, @Nullable Integer partition)
            throws Exception {
        try (KafkaProducer<String, V> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                topic.key().serializer(),
                topic.value().serializer())) {
            producer.send(new ProducerRecord<>(topic.name(), partition, key, value))
                    .get();
        }
    }
}
