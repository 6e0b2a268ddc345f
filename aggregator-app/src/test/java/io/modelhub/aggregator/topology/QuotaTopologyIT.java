package io.modelhub.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.CatalogRecords;
import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas in the topology: what moves a key without any call, and what others read of it. The clock is the driver's. */
class QuotaTopologyIT {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:30Z");

    /** By its hash it belongs to partition 0, which the driver's only task is. */
    private static final String KEY = "0b0f7a5e-0000-4000-8000-000000000001";

    /** It belongs to another partition. */
    private static final String KEY_ELSEWHERE = "0b0f7a5e-0000-4000-8000-000000000002";

    private static RegistryForTests registry;

    @TempDir
    private Path state;

    private Topics topics;
    private TopologyTestDriver driver;
    private final Map<String, TestInputTopic<?, ?>> inputs = new HashMap<>();
    private Instant now;
    private long revision;
    private KeyQuotaState latest;

    @BeforeAll
    static void startRegistry() {
        registry = RegistryForTests.start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @BeforeEach
    void open() {
        open(QuotaClock.WALL);
    }

    private void open(QuotaClock clock) {
        now = NOW;
        inputs.clear();
        topics = new Topics(AvroSerdes.at(registry.url()));
        TopologySettings settings = new TopologySettings(
                new Acceptance(Duration.ofHours(24)), Plain.retention(), clock, List.of(50), 1_000_000);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "quota-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(
                AggregatorTopology.of(topics, CatalogTables.of(topics), settings, new Lent<>(), new Lent<>()),
                properties,
                NOW);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void aDayEndsByTheClockInTheZoneOfTheKeysOrganization() {
        publishOrganization("acme", "Asia/Kolkata");
        publishKey("acme", "3", null);
        spend(KEY, "3");
        assertThat(events()).containsExactly("DAY 50%", "DAY#1 KEY_DISABLED limit_reached disabled");
        assertThat(latestState().getZone()).isEqualTo("Asia/Kolkata");
        assertThat(latestState().getDay().getEnd()).isEqualTo("2026-11-23T18:30:00Z");

        advanceTo("2026-11-23T18:29:59Z");
        assertThat(events()).isEmpty();
        advanceTo("2026-11-23T18:30:00Z");
        assertThat(events()).containsExactly("DAY#2 KEY_ENABLED period_ended enabled");
        KeyQuotaState enabled = latestState();
        assertThat(enabled.getEnabled()).isTrue();
        assertThat(enabled.getDay().getStart()).isEqualTo("2026-11-23T18:30:00Z");
        assertThat(enabled.getDay().getSpent()).isEqualByComparingTo("0");
        assertThat(enabled.getMonth().getSpent()).isEqualByComparingTo("3");
    }

    @Test
    void allKeysThatAreDueAreEnabledAndIdleOnesShowTheNewDay() {
        int keys = 210; // More than a slice.
        for (int i = 0; i < keys; i++) {
            String key = new UUID(0, i).toString();
            publishKey(key, "acme", "3", null);
            spend(key, i < keys - 1 ? "3" : "1");
        }
        tick();
        events();
        states();
        List<String> events = new ArrayList<>();
        List<TestRecord<String, KeyQuotaState>> states = new ArrayList<>();
        advanceTo("2026-11-24T00:00:00Z");
        for (int ticks = 0; states.size() < keys && ticks < 100; ticks++) {
            tick(); // Each as many as its time budget allows.
            events.addAll(events());
            states.addAll(states());
        }
        assertThat(events).hasSize(keys - 1).allMatch("DAY#2 KEY_ENABLED period_ended enabled"::equals);
        assertThat(states).hasSize(keys);
        assertThat(states).allMatch(record -> record.value().getDay().getSpent().signum() == 0);
        assertThat(states.get(keys - 1).key())
                .as("never disabled: told last")
                .isEqualTo(new UUID(0, keys - 1).toString());

        // Nothing was spent in the new day: its end means nothing to anybody.
        advanceTo("2026-11-25T00:00:01Z");
        assertThat(states()).isEmpty();
    }

    @Test
    void aChangedQuotaActsWithoutACall() {
        publishKey("acme", "3", null);
        spend(KEY, "2");
        assertThat(events()).containsExactly("DAY 50%");
        publishKey("acme", "2", null);
        tick();
        assertThat(events()).containsExactly("DAY#1 KEY_DISABLED quota_changed disabled");
        publishKey("acme", "5", null);
        tick();
        assertThat(events()).containsExactly("DAY#2 KEY_ENABLED quota_changed enabled");
        publishKey("acme", "5", "1");
        tick();
        assertThat(events()).containsExactly("MONTH 50%", "MONTH#1 KEY_DISABLED quota_changed disabled");
        publishKey("acme", null, null);
        tick();
        assertThat(events()).containsExactly("MONTH#2 KEY_ENABLED quota_changed enabled");
        // A change that changes no cause is told, too: quota.keys shows the limit.
        publishKey("acme", "7", null);
        tick();
        assertThat(events()).isEmpty();
        assertThat(latestState().getDay().getLimit()).isEqualByComparingTo("7");
    }

    @Test
    void aQuotaOf0DisablesAKeyThatWasNeverUsedOnTheTaskThatOwnsItAlone() {
        publishKey("acme", "0", null);
        publishKey(KEY_ELSEWHERE, "acme", "0", null);
        publishKey(new UUID(0, 7).toString(), "acme", "10", null);
        tick();
        assertThat(states())
                .as("a key without use and with room has nothing to tell")
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo(KEY);
                    assertThat(record.value().getEnabled()).isFalse();
                    assertThat(record.value().getLastUsedAt()).isNull();
                });
        assertThat(events()).containsExactly("DAY#1 KEY_DISABLED quota_changed disabled");
        advanceTo("2026-11-24T00:00:00Z");
        assertThat(events())
                .containsExactly(
                        "DAY#2 KEY_ENABLED period_ended disabled", "DAY#1 KEY_DISABLED limit_reached disabled");
    }

    @Test
    void aDeletedKeysCausesClearAndItsRecordGoes() {
        publishKey("acme", "3", null);
        spend(KEY, "3");
        events();
        deleteKey();
        tick();
        assertThat(events()).containsExactly("DAY#2 KEY_ENABLED key_deleted enabled");
        List<TestRecord<String, KeyQuotaState>> states = states();
        assertThat(states.get(states.size() - 1).value()).as("a tombstone").isNull();

        spend(KEY, "100");
        tick();
        tick();
        assertThat(events()).isEmpty();
        assertThat(states()).as("usage that still comes brings no record back").isEmpty();
        assertThat(driver.createOutputTopic(
                                topics.keyUsage1d().name(),
                                topics.keyUsage1d().key().deserializer(),
                                topics.keyUsage1d().value().deserializer())
                        .readValuesToList())
                .as("and is counted")
                .last()
                .satisfies(day -> assertThat(day.getCost()).isEqualByComparingTo("103"));
    }

    @Test
    void aKeyThatMovesKeepsItsSpendAndItsDay() {
        publishOrganization("globex", "Asia/Kolkata");
        publishKey("acme", "3", null);
        spend(KEY, "3");
        events();
        publishKey("globex", "3", null);
        tick();
        assertThat(events()).isEmpty();
        assertThat(latestState().getOrganization()).isEqualTo("globex");
        advanceTo("2026-11-24T00:00:00Z");
        assertThat(events()).containsExactly("DAY#2 KEY_ENABLED period_ended enabled");
        assertThat(latestState().getDay().getEnd()).isEqualTo("2026-11-24T18:30:00Z");
        assertThat(latestState().getZone()).isEqualTo("Asia/Kolkata");
    }

    @Test
    void aSharedKeyIsLimitedOverAllOrganizationsInUtc() {
        publishOrganization("acme", "Asia/Kolkata");
        publishKey(null, "3", null);
        send(Calls.call().setOrganization("acme").setApiKey(KEY).setCost(new BigDecimal("1")), NOW);
        send(
                Calls.call()
                        .setEventId("e-2")
                        .setOrganization("globex")
                        .setApiKey(KEY)
                        .setCost(new BigDecimal("2")),
                NOW);
        assertThat(events()).containsExactly("DAY 50%", "DAY#1 KEY_DISABLED limit_reached disabled");
        assertThat(latestState().getZone()).isEqualTo("UTC");
    }

    /** What was appended before the disable could be read overshoots, whenever it is counted; what came after doesn't. */
    @Test
    void overshootIsWhatWasAcceptedBeforeTheDisableCouldBeRead() {
        publishKey("acme", "3", null);
        spend(KEY, "4");
        advanceTo("2026-11-23T10:00:30.100Z"); // The driver has committed; the processor learns it now.
        send(call(KEY, "0.5"), Instant.parse("2026-11-23T10:00:30.099Z"));
        send(call(KEY, "7"), Instant.parse("2026-11-23T10:00:30.100Z"));
        tick();
        assertThat(latestState().getDay().getOvershoot()).isEqualByComparingTo("1.5");
        assertThat(latestState().getDay().getSpent()).isEqualByComparingTo("11.5");
        events();
        advanceTo("2026-11-24T00:00:00Z");
        List<TestRecord<String, KeyQuotaEvent>> events = read(topics.quotaEvents());
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.value().getOvershoot()).isEqualByComparingTo("1.5"));
        assertThat(driver.metrics().entrySet().stream()
                        .filter(metric -> metric.getKey().name().equals("overshoot-usd-total"))
                        .mapToDouble(metric -> (double) metric.getValue().metricValue())
                        .sum())
                .isEqualTo(1.5);
    }

    /** Stream time stands still without calls: so does the day, and a key without any call has none. */
    @Test
    void byStreamTimeOnlyCallsEndADay() {
        driver.close();
        open(QuotaClock.STREAM);
        publishKey("acme", "3", null);
        publishKey(KEY_ELSEWHERE, "acme", "0", null);
        spend(KEY, "3");
        assertThat(events()).containsExactly("DAY 50%", "DAY#1 KEY_DISABLED limit_reached disabled");
        advanceTo("2026-11-24T09:00:00Z");
        assertThat(events()).isEmpty();
        // The catalog acts all the same, at the key's own time.
        publishKey("acme", "4", null);
        tick();
        assertThat(events()).containsExactly("DAY#2 KEY_ENABLED quota_changed enabled");
        send(call(KEY, "1").setTimestamp(Instant.parse("2026-11-24T00:00:00Z")), Instant.parse("2026-11-24T09:00:00Z"));
        tick();
        assertThat(latestState().getDay().getStart()).isEqualTo("2026-11-24T00:00:00Z");
    }

    private void spend(String key, String cost) {
        send(call(key, cost), NOW);
    }

    private static ModelMetrics.Builder call(String key, String cost) {
        return Calls.call()
                .setEventId(UUID.randomUUID().toString())
                .setOrganization("acme")
                .setApiKey(key)
                .setTimestamp(NOW)
                .setCost(new BigDecimal(cost));
    }

    private void send(ModelMetrics.Builder call, Instant appendedAt) {
        ModelMetrics built = call.build();
        input(topics.usage()).pipeInput(Topics.canonicalKey(built), built, appendedAt);
    }

    private void publishOrganization(String id, String zone) {
        input(topics.organizations()).pipeInput(id, CatalogRecords.organization(id, zone, ++revision));
    }

    private void publishKey(@Nullable String organization, @Nullable String daily, @Nullable String monthly) {
        publishKey(KEY, organization, daily, monthly);
    }

    private void publishKey(
            String id, @Nullable String organization, @Nullable String daily, @Nullable String monthly) {
        input(topics.apiKeys()).pipeInput(id, CatalogRecords.key(id, organization, daily, monthly, ++revision));
    }

    private void deleteKey() {
        input(topics.apiKeys()).pipeInput(KEY, (APIKey) null);
    }

    private void tick() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        now = now.plusSeconds(1);
    }

    private void advanceTo(String time) {
        driver.advanceWallClockTime(Duration.between(now, Instant.parse(time)));
        now = Instant.parse(time);
    }

    /** What was told since the last time. */
    private List<String> events() {
        return read(topics.quotaEvents()).stream()
                .map(event -> told(event.value()))
                .toList();
    }

    private static String told(KeyQuotaEvent event) {
        if (event.getType() == QuotaEventType.THRESHOLD_REACHED) {
            return "%s %d%%".formatted(event.getCause(), event.getThresholdPercent());
        }
        QuotaCause cause = event.getCause();
        assertThat(event.getId()).startsWith("%s:%s:%s:".formatted(event.getApiKey(), cause, event.getPeriodStart()));
        return "%s#%s %s %s %s"
                .formatted(
                        cause,
                        event.getId().substring(event.getId().lastIndexOf(':') + 1),
                        event.getType(),
                        event.getReason(),
                        event.getStillDisabled() ? "disabled" : "enabled");
    }

    /** What a late joiner reads of the key. */
    private KeyQuotaState latestState() {
        states().stream().filter(record -> record.key().equals(KEY)).forEach(record -> latest = record.value());
        return latest;
    }

    private List<TestRecord<String, KeyQuotaState>> states() {
        return read(topics.quotaKeys());
    }

    @SuppressWarnings("unchecked") // The topic's own types.
    private <V> TestInputTopic<String, V> input(Topic<String, V> topic) {
        return (TestInputTopic<String, V>) inputs.computeIfAbsent(
                topic.name(),
                name -> driver.createInputTopic(
                        name, topic.key().serializer(), topic.value().serializer()));
    }

    private <K, V> List<TestRecord<K, V>> read(Topic<K, V> topic) {
        return driver.createOutputTopic(
                        topic.name(), topic.key().deserializer(), topic.value().deserializer())
                .readRecordsToList();
    }
}
