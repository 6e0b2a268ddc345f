package io.modelhub.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.aggregator.CatalogRecords;
import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.schema.ZoneChange;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology's logic, record by record, with the real registry and without a broker. */
class AggregatorTopologyIT {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:30Z");
    private static final String KEY = "3f0a6a51-6c5f-4c53-9d5e-0a5a3f6b2c11";
    private static final String RULE = "7a1d0c3e-52cb-4b0f-9d55-0d6f0f6a1b02";
    private static final String MODEL = "openai/gpt-4o@2024-08-06";

    private static RegistryForTests registry;

    @TempDir
    private Path state;

    private Topics topics;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> usage;

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
        topics = new Topics(AvroSerdes.at(registry.url()));
        TopologySettings settings = new TopologySettings(
                new Acceptance(Duration.ofHours(24)),
                Plain.retention(),
                QuotaClock.WALL,
                List.of(50, 80, 95),
                1_000_000);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "topology-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(
                AggregatorTopology.of(topics, CatalogTables.of(topics), settings, new Lent<>(), new Lent<>()),
                properties,
                NOW);
        usage = driver.createInputTopic(
                topics.usage().name(),
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void pricesACallAtTheModelsPriceAndPublishesItsWindowsOnceASecond() {
        publishModel(price("0.0025", "0.01"));
        send(call("e-1").setTokensInput(4808).setTokensOutput(10).setLatencyMs(812L));
        assertThat(read(topics.usage1m())).as("not published yet").isEmpty();

        driver.advanceWallClockTime(Duration.ofSeconds(1));

        UsageWindow expected = UsageWindow.newBuilder()
                .setOrganization("acme")
                .setModel(MODEL)
                .setWindowStart(Instant.parse("2026-11-23T10:00:00Z"))
                .setWindowEnd(Instant.parse("2026-11-23T10:01:00Z"))
                .setRequests(1)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(4808)
                .setTokensOutput(10)
                .setCost(new BigDecimal("0.012120000000")) // 4.808 × 0.0025 + 0.010 × 0.01
                .setUnpricedRequests(0)
                .setLatencyCount(1)
                .setLatencySumMs(812)
                .setLatencyMinMs(812L)
                .setLatencyMaxMs(812L)
                .setLatencyP50Ms(0.0)
                .setLatencySketch(ByteBuffer.allocate(0))
                .build();
        List<KeyValue<UsageWindowKey, UsageWindow>> minutes = read(topics.usage1m());
        assertThat(minutes).hasSize(1);
        assertThat(minutes.get(0).key)
                .isEqualTo(new UsageWindowKey("acme", MODEL, Instant.parse("2026-11-23T10:00:00Z")));
        assertThat(minutes.get(0).value)
                .usingRecursiveComparison()
                .comparingOnlyFields(
                        "organization",
                        "model",
                        "window_start",
                        "window_end",
                        "requests",
                        "errors",
                        "timeouts",
                        "tokens_input",
                        "tokens_output",
                        "cost",
                        "unpriced_requests",
                        "latency_count",
                        "latency_sum_ms",
                        "latency_min_ms",
                        "latency_max_ms")
                .isEqualTo(expected);
        assertThat(minutes.get(0).value.getLatencyP50Ms()).isBetween(812 * 0.99, 812 * 1.01);
        assertThat(read(topics.usage15m()))
                .extracting(window -> window.value.getWindowEnd())
                .containsExactly(Instant.parse("2026-11-23T10:15:00Z"));
        assertThat(read(topics.usage1d()))
                .extracting(window -> window.value.getWindowStart())
                .containsExactly(Instant.parse("2026-11-23T00:00:00Z"));
    }

    /** Four windows, the smallest slice, each 40 ms; without a backlog each 10 ms. */
    @Test
    void whatIsPublishedWaitsForLiveCallsThatAreBehindButNotForLong() {
        driver.advanceWallClockTime(Duration.ofMillis(900));
        for (int i = 0; i < 60; i++) {
            Duration waited = Duration.ofMillis(i == 0 ? 0 : 500);
            send(call("e-" + i).setOrganization("org-" + i), NOW.plusMillis(900).minus(waited));
        }
        List<Integer> published = new ArrayList<>();

        driver.advanceWallClockTime(Duration.ofMillis(100));
        published.add(read(topics.usage1m()).size());
        for (int slice = 0; slice < 8; slice++) {
            driver.advanceWallClockTime(Duration.ofMillis(10));
            published.add(read(topics.usage1m()).size());
        }
        assertThat(published).containsExactly(4, 0, 0, 0, 4, 0, 0, 0, 4);

        send(call("e-0"), NOW.plusMillis(1_080)); // Nothing waits any more.
        driver.advanceWallClockTime(Duration.ofMillis(10));
        driver.advanceWallClockTime(Duration.ofMillis(10));
        assertThat(read(topics.usage1m())).hasSize(8);
    }

    @Test
    void whatWasWorkedOffIsPublishedSoonAfterTheLastOldCall() {
        Instant longAgo = NOW.minusSeconds(60);
        send(call("e-1"), longAgo);
        pass(20);
        send(call("e-2"), longAgo);
        pass(24);
        assertThat(read(topics.usage1m())).isEmpty(); // More could come.

        pass(1);
        assertThat(read(topics.usage1m()))
                .singleElement()
                .satisfies(window -> assertThat(window.value.getRequests()).isEqualTo(2));
        assertThat(read(topics.usage1d())).hasSize(1);
    }

    /** A task waits for its turn: only where none of its thread reads, nothing is left. */
    @Test
    void whatIsWorkedOffWaitsForTheOtherTasksOfTheThread() {
        send(call("e-1"), NOW.minusSeconds(60));
        pass(20);
        ThreadReads.here().read(); // As another task does.
        pass(24);
        assertThat(read(topics.usage1m())).isEmpty();
        pass(1);
        assertThat(read(topics.usage1m())).hasSize(1);
    }

    private void pass(int ticks) {
        for (int tick = 0; tick < ticks; tick++) {
            driver.advanceWallClockTime(Duration.ofMillis(10));
        }
    }

    @Test
    void aSentCostStandsAndAMissingPriceIsVisible() {
        publishModel(price("0.0025", "0.01"));
        send(call("e-1").setTokensInput(1000).setCost(new BigDecimal("0.5")));
        send(call("e-2").setModel("nobody/unknown").setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(
                        window -> window.value.getModel(),
                        window -> window.value.getCost(),
                        window -> window.value.getUnpricedRequests())
                .containsExactlyInAnyOrder(
                        tuple(MODEL, new BigDecimal("0.500000000000"), 0L),
                        tuple("nobody/unknown", new BigDecimal("0.000000000000"), 1L));
    }

    @Test
    void appliesThePriceInForceAtTheCallsOwnTime() {
        ModelPrice later = ModelPrice.newBuilder(price("2", "2"))
                .setEffectiveFrom(Instant.parse("2026-11-23T10:00:00Z"))
                .build();
        publishModel(price("1", "1"), later);
        send(call("before")
                .setTimestamp(Instant.parse("2026-11-23T09:59:59.999Z"))
                .setTokensInput(1000));
        send(call("from").setTimestamp(Instant.parse("2026-11-23T10:00:00Z")).setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1m()))
                .extracting(
                        window -> window.value.getCost().stripTrailingZeros().toPlainString())
                .containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void disablesAKeyOnceWhenItsDailyLimitIsReached() {
        publishModel(price("1", "1"));
        publishKey("acme", new BigDecimal("3"), null);
        for (int i = 1; i <= 4; i++) {
            send(call("e-" + i).setApiKey(KEY).setTokensInput(1000));
        }

        List<KeyValue<String, KeyQuotaEvent>> events = read(topics.quotaEvents());
        assertThat(events)
                .extracting(
                        event -> event.value.getType(),
                        event -> event.value.getSpent().intValueExact())
                .containsExactly(
                        tuple(QuotaEventType.THRESHOLD_REACHED, 2), // 50 % of 3
                        tuple(QuotaEventType.THRESHOLD_REACHED, 3), // 80 %
                        tuple(QuotaEventType.THRESHOLD_REACHED, 3), // 95 %
                        tuple(QuotaEventType.KEY_DISABLED, 3));
        KeyQuotaEvent disabled = events.get(3).value;
        assertThat(events.get(3).key).isEqualTo(KEY);
        assertThat(disabled.getId()).isEqualTo(KEY + ":DAY:2026-11-23T00:00:00Z:1");
        assertThat(disabled.getCause()).isEqualTo(QuotaCause.DAY);
        assertThat(disabled.getLimit()).isEqualByComparingTo("3");
        assertThat(disabled.getStillDisabled()).isTrue();
        assertThat(disabled.getZone()).isEqualTo("UTC");
        assertThat(events.get(2).value.getStillDisabled())
                .as("at the last threshold")
                .isFalse();
        assertThat(disabled.getOrganization()).isEqualTo("acme");

        driver.advanceWallClockTime(Duration.ofSeconds(1));
        List<KeyValue<String, KeyQuotaState>> states = read(topics.quotaKeys());
        KeyQuotaState last = states.get(states.size() - 1).value;
        assertThat(last.getEnabled()).isFalse();
        assertThat(last.getCauses()).containsExactly(QuotaCause.DAY);
        assertThat(last.getDay().getSpent()).isEqualByComparingTo("4");
        assertThat(last.getMonth().getSpent()).isEqualByComparingTo("4");
        assertThat(last.getLastUsedAt()).isEqualTo(NOW);
        List<KeyValue<KeyUsageDayKey, KeyUsageDay>> days = read(topics.keyUsage1d());
        assertThat(days).hasSize(1);
        assertThat(days.get(0).value.getRequests()).isEqualTo(4);
        assertThat(days.get(0).value.getCost()).isEqualByComparingTo("4");
        assertThat(days.get(0).value.getLatencyP50Ms()).as("none was measured").isNull();
        assertThat(days.get(0).value.getModels())
                .extracting(ModelUsage::getModel, ModelUsage::getRequests, ModelUsage::getTokensInput)
                .containsExactly(tuple(MODEL, 4L, 4000L));
    }

    @Test
    void publishesTheDayOfARuleByTheModelsThatItChose() {
        publishModel(price("1", "1"));
        send(call("e-1").setRoutingRule(RULE).setTokensInput(1000).setLatencyMs(100L));
        send(call("e-2").setRoutingRule(RULE).setModel("nobody/unknown").setStatus(CallStatus.Error));
        send(call("e-3").setRoutingRule(RULE).setTokensInput(2000).setTimestamp(NOW.minusSeconds(60)));
        send(call("not-routed").setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        List<KeyValue<RuleUsageDayKey, RuleUsageDay>> days = read(topics.ruleUsage1d());
        assertThat(days).hasSize(1);
        assertThat(days.get(0).key).isEqualTo(new RuleUsageDayKey(RULE, Instant.parse("2026-11-23T00:00:00Z")));
        RuleUsageDay day = days.get(0).value;
        assertThat(day.getWindowEnd()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(List.of(day.getRequests(), day.getErrors(), day.getUnpricedRequests(), day.getLatencyCount()))
                .containsExactly(3L, 1L, 1L, 1L);
        assertThat(day.getCost()).isEqualByComparingTo("3");
        assertThat(day.getLatencyP95Ms()).isBetween(99.0, 101.0);
        assertThat(day.getLastUsedAt()).isEqualTo(NOW);
        assertThat(day.getModels())
                .extracting(ModelUsage::getModel, ModelUsage::getRequests, ModelUsage::getTokensInput)
                .containsExactly(tuple(MODEL, 2L, 3000L), tuple("nobody/unknown", 1L, 0L));

        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(read(topics.ruleUsage1d())).as("nothing has changed").isEmpty();
    }

    @Test
    void countsAnEventOnceHoweverItIsSent() {
        publishModel(price("1", "1"));
        for (int i = 0; i < 2; i++) {
            send(call("e-1").setApiKey(KEY).setTokensInput(1000));
            send(call("e-1").setApiKey(KEY).setTokensInput(1000).setTimestamp(NOW.minusSeconds(60)));
            send(call("e-1").setOrganization("globex").setTokensInput(1000));
            send(call("e-2").setTokensInput(1000));
        }
        usage.pipeInput(
                null,
                topics.usage()
                        .value()
                        .serializer()
                        .serialize(topics.usage().name(), call("e-2").build()),
                NOW);
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(window -> window.key.getOrganization() + " " + window.value.getRequests() + " and "
                        + window.value.getDuplicates())
                .containsExactlyInAnyOrder("acme 2 and 5", "globex 1 and 1");
        assertThat(read(topics.usage1m()))
                .extracting(window -> window.key.getOrganization() + " " + window.key.getWindowStart() + " "
                        + window.value.getRequests() + " and " + window.value.getDuplicates())
                .as("by the time of each, and where calls are")
                .containsExactlyInAnyOrder("acme 2026-11-23T10:00:00Z 2 and 3", "globex 2026-11-23T10:00:00Z 1 and 1");
        assertThat(read(topics.keyUsage1d()))
                .extracting(day -> day.value.getRequests())
                .containsExactly(1L);
        assertThat(driver.metrics().entrySet().stream()
                        .filter(metric -> metric.getKey().name().equals("duplicates-total"))
                        .mapToDouble(metric -> (double) metric.getValue().metricValue())
                        .sum())
                .isEqualTo(6);
    }

    @Test
    void aPriceChargesNoCallThatWasWrittenBeforeItWasStated() {
        publishModel(ModelPrice.newBuilder(price("1", "1"))
                .setRecordedAt(NOW.plusMillis(1))
                .build());
        send(call("e-1").setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(window -> window.value.getUnpricedRequests())
                .containsExactly(1L);
    }

    /** The price was stated before the call, and read after it. */
    @Test
    void aPriceThatIsReadAMomentLateIsAppliedAllTheSame() {
        publishKey("acme", new BigDecimal("3"), null);
        send(call("e-1").setApiKey(KEY).setRoutingRule(RULE).setTokensInput(4000));
        send(call("e-2").setModel("nobody/unknown").setTokensInput(1000));
        publishModel(ModelPrice.newBuilder(price("1", "1")).setRecordedAt(NOW).build());
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        assertThat(read(topics.usage1d()))
                .extracting(
                        window -> window.value.getModel(),
                        window -> window.value.getUnpricedRequests(),
                        window -> window.value.getCost().intValueExact())
                .contains(tuple(MODEL, 0L, 4), tuple("nobody/unknown", 1L, 0));
        assertThat(read(topics.quotaEvents()))
                .filteredOn(event -> event.value.getType() == QuotaEventType.KEY_DISABLED)
                .hasSize(1);
        assertThat(read(topics.ruleUsage1d()))
                .last()
                .satisfies(day -> assertThat(day.value.getCost()).isEqualByComparingTo("4"));
    }

    @Test
    void bringsACorrectionOnceIntoAllThatItsCallsAreIn() {
        publishKey("acme", new BigDecimal("3"), null);
        for (int i = 1; i <= 4; i++) {
            send(call("e-" + i).setApiKey(KEY).setRoutingRule(RULE).setTokensInput(1000));
        }
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        List.of(topics.usage1m(), topics.usage15m(), topics.usage1d()).forEach(this::read);
        read(topics.keyUsage1d());
        read(topics.ruleUsage1d());

        UsageCorrection priced =
                correction("c-1", "4", 4).setNewPrice(price("1", "1")).build();
        correct(priced);
        correct(priced);
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        for (Topic<UsageWindowKey, UsageWindow> windows :
                List.of(topics.usage1m(), topics.usage15m(), topics.usage1d())) {
            assertThat(read(windows))
                    .extracting(
                            window -> window.value.getRequests(),
                            window -> window.value.getUnpricedRequests(),
                            window -> window.value.getCost().intValueExact())
                    .containsExactly(tuple(4L, 0L, 4));
        }
        KeyUsageDay keyDay = read(topics.keyUsage1d()).get(0).value;
        assertThat(keyDay.getCost()).isEqualByComparingTo("4");
        assertThat(keyDay.getUnpricedRequests()).isZero();
        assertThat(keyDay.getLastUsedAt()).isEqualTo(NOW);
        RuleUsageDay ruleDay = read(topics.ruleUsage1d()).get(0).value;
        assertThat(ruleDay.getCost()).isEqualByComparingTo("4");
        assertThat(ruleDay.getModels())
                .extracting(ModelUsage::getUnpricedRequests)
                .containsExactly(0L);

        send(call("e-5").setTokensInput(1000), NOW.plusSeconds(2));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(read(topics.usage1d()))
                .as("calls are counted as before")
                .extracting(window -> window.value.getRequests(), window -> window.value.getUnpricedRequests())
                .containsExactly(tuple(5L, 1L));

        correct(correction("c-2", "-2", 4)
                .setOldPrice(price("1", "1"))
                .setNewPrice(price("0.5", "1"))
                .build());

        assertThat(read(topics.quotaEvents()))
                .filteredOn(event -> event.value.getType() != QuotaEventType.THRESHOLD_REACHED)
                .extracting(
                        event -> event.value.getType(),
                        event -> event.value.getReason(),
                        event -> event.value.getSpent().intValueExact())
                .containsExactly(
                        tuple(QuotaEventType.KEY_DISABLED, "correction", 4),
                        tuple(QuotaEventType.KEY_ENABLED, "correction", 2));
    }

    @Test
    void aCorrectionThatComesBeforeItsCallsIsCountedWithThem() {
        correct(correction("c-1", "1", 1).setNewPrice(price("1", "1")).build());
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(read(topics.usage1d())).as("no call is counted yet").isEmpty();

        send(call("e-1").setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(
                        window -> window.value.getRequests(),
                        window -> window.value.getUnpricedRequests(),
                        window -> window.value.getCost().intValueExact())
                .containsExactly(tuple(1L, 0L, 1));
    }

    @Test
    void passesOverWhatIsNoCorrection() {
        TestInputTopic<byte[], byte[]> corrections = driver.createInputTopic(
                topics.usageCorrections().name(),
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer());
        corrections.pipeInput(null, new byte[] {1, 2}, NOW);
        corrections.pipeInput(null, null, NOW);
        send(call("e-1"));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d())).hasSize(1);
    }

    /** Of calls of the minute that NOW is in, with the key and the rule of this test; unpriced until then. */
    private static UsageCorrection.Builder correction(String id, String difference, int calls) {
        return UsageCorrection.newBuilder()
                .setId(id)
                .setOrganization("acme")
                .setApiKey(KEY)
                .setRoutingRule(RULE)
                .setModel(MODEL)
                .setRangeStart(NOW.truncatedTo(ChronoUnit.MINUTES))
                .setRangeEnd(NOW.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60))
                .setRequests(calls)
                .setDifference(new BigDecimal(difference))
                .setReason("a test")
                .setCorrectedAt(NOW);
    }

    private void correct(UsageCorrection correction) {
        publish(topics.usageCorrections(), "acme", correction);
    }

    @Test
    void cutsDaysAndMonthsInTheOrganizationsZoneAndNothingAgainWhereThatChanges() {
        publish(topics.organizations(), "acme", CatalogRecords.organization("acme", "Asia/Kolkata", 1));
        send(call("e-1"));
        send(call("e-2").setOrganization(null));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(bounds(topics.usage1d()))
                .containsExactlyInAnyOrder(
                        "acme 2026-11-22T18:30:00Z 2026-11-23T18:30:00Z",
                        "- 2026-11-23T00:00:00Z 2026-11-24T00:00:00Z");
        assertThat(bounds(topics.usage1mo()))
                .containsExactlyInAnyOrder(
                        "acme 2026-10-31T18:30:00Z 2026-11-30T18:30:00Z",
                        "- 2026-11-01T00:00:00Z 2026-12-01T00:00:00Z");
        assertThat(read(topics.calendars()))
                .extracting(calendar -> calendar.key, calendar -> calendar.value.getTimeZone())
                .containsExactly(tuple("acme", "Asia/Kolkata"), tuple("-", "UTC"));

        publish(topics.organizations(), "acme", CatalogRecords.organization("acme", "Europe/Paris", 2));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(read(topics.calendars()))
                .extracting(calendar -> calendar.value)
                .containsExactly(new OrganizationCalendar(
                        "acme",
                        "Asia/Kolkata",
                        List.of(new ZoneChange(NOW.plusSeconds(2).plus(Duration.ofMinutes(6)), "Europe/Paris"))));

        Instant later = Instant.parse("2026-11-23T20:00:00Z");
        send(call("e-3").setTimestamp(later), later);
        send(call("e-4").setTimestamp(Instant.parse("2026-11-23T18:29:59.999Z")), later);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(bounds(topics.usage1d()))
                .containsExactlyInAnyOrder(
                        "acme 2026-11-22T18:30:00Z 2026-11-23T18:30:00Z",
                        "acme 2026-11-23T18:30:00Z 2026-11-23T23:00:00Z");
        assertThat(bounds(topics.usage1mo())).containsExactly("acme 2026-10-31T18:30:00Z 2026-11-30T18:30:00Z");
    }

    private List<String> bounds(Topic<UsageWindowKey, UsageWindow> topic) {
        return read(topic).stream()
                .map(window -> "%s %s %s"
                        .formatted(
                                window.key.getOrganization(), window.key.getWindowStart(), window.value.getWindowEnd()))
                .toList();
    }

    /** Nothing more comes; a call of 10:00:30 is no more accepted from 10:00:30 of the next day on, and an hour is left for others. */
    @Test
    void publishesAWindowOnceMoreWhenItCanChangeNoMore() {
        send(call("e-1"));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(read(topics.usage1m()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(false);
        assertThat(read(topics.usage15m()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(false);

        pass(Duration.ofHours(25));
        assertThat(read(topics.usage1m())).isEmpty();
        pass(Duration.ofMinutes(30));
        List<KeyValue<UsageWindowKey, UsageWindow>> minutes = read(topics.usage1m());
        assertThat(minutes).extracting(window -> window.value.getIsFinal()).containsExactly(true);
        assertThat(minutes).extracting(window -> window.value.getRequests()).containsExactly(1L);
        assertThat(read(topics.usage15m()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(true);
        pass(Duration.ofHours(1));
        assertThat(read(topics.usage1m())).as("once").isEmpty();

        pass(Duration.ofDays(2));
        assertThat(read(topics.usage1d()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(false, true);
        assertThat(read(topics.usage1mo()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(false);
        pass(Duration.ofDays(6));
        assertThat(read(topics.usage1mo()))
                .extracting(window -> window.value.getIsFinal())
                .containsExactly(true);
    }

    /** A checkpoint goes in slices, and what becomes final comes after it. */
    private void pass(Duration time) {
        driver.advanceWallClockTime(time);
        pass(10);
    }

    @Test
    void theKeysOrganizationOverridesTheEvents() {
        publishModel(price("1", "1"));
        publishKey("globex", null, null);
        send(call("e-1").setApiKey(KEY).setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(window -> window.key.getOrganization())
                .containsExactly("globex");
    }

    /** By append time, whatever the events' own times are and whenever they are read. */
    @Test
    void aCallCountsForWhoeverTheKeyWasWhenItWasWritten() {
        publishModel(price("1", "1"));
        publishKey("globex", null, null, new FormerOwner("initech", NOW), new FormerOwner(null, NOW.plusMillis(2)));
        send(call("e-1").setApiKey(KEY).setTimestamp(NOW), NOW.minusMillis(1));
        send(call("e-2").setApiKey(KEY).setTimestamp(NOW), NOW);
        send(call("e-3").setApiKey(KEY).setTimestamp(NOW.minusSeconds(60)), NOW.plusMillis(2));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(read(topics.usage1d()))
                .extracting(window -> window.key.getOrganization() + " " + window.value.getRequests())
                .containsExactlyInAnyOrder("initech 1", "acme 1", "globex 1");
        assertThat(read(topics.keyUsage1d()))
                .extracting(day -> day.value.getOrganization() + " " + day.value.getRequests())
                .containsExactly("globex 3");
    }

    /** Whether the call was written before the tombstone or after it, and whichever of the two is read first. */
    @Test
    void callsOfADeletedModelAndKeyGoOnAsTheyWere() {
        publishModel(price("1", "1"));
        publishKey("globex", null, null);
        publish(topics.models(), MODEL, null);
        publish(topics.apiKeys(), KEY, null);
        send(call("e-1").setApiKey(KEY).setTokensInput(1000), NOW.minusMillis(1));
        send(call("e-2").setApiKey(KEY).setTokensInput(1000), NOW.plusMillis(1));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(minutes()).containsExactly("globex 2 requests, 0 unpriced, 2.000000000000");
        assertThat(read(topics.quotaEvents())).as("a deleted key has no limit").isEmpty();
    }

    @Test
    void whoBeginsAfterTheDeletionKnowsWhatWasDeleted() {
        publish(topics.deletedModels(), MODEL, model(price("1", "1")));
        publish(topics.deletedApiKeys(), KEY, key("globex", BigDecimal.ONE, null));
        send(call("e-1").setApiKey(KEY).setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(minutes()).containsExactly("globex 1 requests, 0 unpriced, 1.000000000000");
        assertThat(read(topics.quotaEvents())).isEmpty();
    }

    @Test
    void aModelThatIsThereAgainCountsBeforeWhatItWas() {
        publish(topics.deletedModels(), MODEL, model(price("1", "1")));
        publishModel(price("3", "3"));
        send(call("e-1").setTokensInput(1000));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(minutes()).containsExactly("acme 1 requests, 0 unpriced, 3.000000000000");
    }

    private List<String> minutes() {
        return read(topics.usage1m()).stream()
                .map(minute -> "%s %d requests, %d unpriced, %s"
                        .formatted(
                                minute.key.getOrganization(),
                                minute.value.getRequests(),
                                minute.value.getUnpricedRequests(),
                                minute.value.getCost()))
                .toList();
    }

    @Test
    void setsAsideWhatItCantCountAndGoesOn() {
        publishModel(price("1", "1"));
        usage.pipeInput(
                "k".getBytes(StandardCharsets.UTF_8), "{\"not\":\"avro\"}".getBytes(StandardCharsets.UTF_8), NOW);
        usage.pipeInput(null, new byte[] {0, 0, 0, (byte) 0x7f, 1, 2}, NOW);
        send(call("late").setTimestamp(NOW.minus(Duration.ofHours(24)).minusMillis(1)));
        send(call("just-in-time").setTimestamp(NOW.minus(Duration.ofHours(24))));
        send(call("future").setTimestamp(NOW.plus(Duration.ofMinutes(5)).plusMillis(1)));
        send(call("absurd").setTokensInput(Long.MAX_VALUE));
        send(call("negative").setCost(new BigDecimal("-1")));
        send(call("unusable-rule").setRoutingRule("r\0x"));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        List<KeyValue<byte[], RejectedUsage>> rejected = read(topics.usageRejected());
        assertThat(rejected)
                .extracting(record -> record.value.getReason(), record -> record.value.getEventId())
                .containsExactly(
                        tuple("undecodable", null),
                        tuple("undecodable", null),
                        tuple("late", "late"),
                        tuple("from_the_future", "future"),
                        tuple("out_of_range", "absurd"),
                        tuple("out_of_range", "negative"),
                        tuple("malformed", "unusable-rule"));
        assertThat(rejected.get(0).key).isEqualTo("k".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(rejected.get(0).value.getOriginal().array(), StandardCharsets.UTF_8))
                .isEqualTo("{\"not\":\"avro\"}");
        assertThat(rejected.get(2).value.getOffset()).isEqualTo(2);
        assertThat(read(topics.usage1d())).hasSize(1);
    }

    private ModelMetrics.Builder call(String eventId) {
        return ModelMetrics.newBuilder()
                .setEventId(eventId)
                .setModel(MODEL)
                .setOrganization("acme")
                .setTimestamp(NOW)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setStatus(CallStatus.Success);
    }

    private void send(ModelMetrics.Builder call) {
        send(call, NOW);
    }

    private void send(ModelMetrics.Builder call, Instant appendTime) {
        ModelMetrics built = call.build();
        byte[] key = Topics.canonicalKey(built).getBytes(StandardCharsets.UTF_8);
        usage.pipeInput(
                key,
                topics.usage().value().serializer().serialize(topics.usage().name(), built),
                appendTime);
    }

    private static ModelPrice price(String input, String output) {
        return ModelPrice.newBuilder()
                .setCostInput(new BigDecimal(input))
                .setCostOutput(new BigDecimal(output))
                .build();
    }

    private void publishModel(ModelPrice... prices) {
        publish(topics.models(), MODEL, model(prices));
    }

    private static Model model(ModelPrice... prices) {
        return Model.newBuilder()
                .setId(MODEL)
                .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                .setProvider("openai")
                .setName("gpt-4o")
                .setVersion("2024-08-06")
                .setModelType(ModelType.Text)
                .setStatus(EntityStatus.Active)
                .setConfig("{}")
                .setPrices(List.of(prices))
                .setRevision(1)
                .setUpdatedAt(NOW)
                .build();
    }

    private void publishKey(String organization, BigDecimal daily, BigDecimal monthly, FormerOwner... formerOwners) {
        publish(topics.apiKeys(), KEY, key(organization, daily, monthly, formerOwners));
    }

    private static APIKey key(String organization, BigDecimal daily, BigDecimal monthly, FormerOwner... formerOwners) {
        return APIKey.newBuilder()
                .setId(KEY)
                .setOrganization(organization)
                .setFormerOwners(List.of(formerOwners))
                .setProvider("openai")
                .setLabel("test")
                .setIsDefault(true)
                .setIsActive(true)
                .setDailyQuota(daily)
                .setMonthlyQuota(monthly)
                .setRevision(1)
                .setUpdatedAt(NOW)
                .build();
    }

    private <V> void publish(Topic<String, V> topic, String key, V value) {
        driver.createInputTopic(
                        topic.name(), topic.key().serializer(), topic.value().serializer())
                .pipeInput(key, value, NOW);
    }

    private <K, V> List<KeyValue<K, V>> read(Topic<K, V> topic) {
        TestOutputTopic<K, V> output = driver.createOutputTopic(
                topic.name(), topic.key().deserializer(), topic.value().deserializer());
        return output.readKeyValuesToList();
    }
}
