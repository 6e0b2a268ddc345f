package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Logs;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.ZoneChange;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log of nine records whose results were worked out by hand. They are found right; and whatever is changed in them is found,
 * and nothing else.
 *
 * <p>All was appended on 2026-03-01 at 12:00:00 UTC. A thousand input tokens of p/m cost 1 dollar, a thousand output tokens 2.
 */
class RecomputationTest {

    private static final Instant APPENDED = Instant.parse("2026-03-01T12:00:00Z");
    private static final String KEY = "k1";
    private static final String RULE = "r1";
    private static final String DISABLED = "k1:DAY:2026-03-01T00:00:00Z:1";

    @TempDir
    private Path folder;

    private Catalog catalog = new Catalog(
            Map.of("p/m", Logs.model("p/m", Logs.price("1", "2").build())),
            Map.of(KEY, Logs.key(KEY, "acme", "1", null)),
            Map.of(),
            Map.of());
    private Calendars calendars = Calendars.ofUtc();
    private QuotaClock clock = QuotaClock.STREAM;
    private @Nullable String organization;
    private Span compared = Span.ALWAYS;

    private final List<Placed<ModelMetrics>> log = new ArrayList<>();
    private final List<UsageCorrection> corrections = new ArrayList<>();
    private final Map<Grain, List<UsageWindow>> windows = new LinkedHashMap<>();
    private final List<KeyUsageDay> days = new ArrayList<>();
    private final List<RuleUsageDay> ruleDays = new ArrayList<>();
    private final List<KeyQuotaState> states = new ArrayList<>();
    private final List<KeyQuotaEvent> events = new ArrayList<>();
    private final List<RejectedUsage> rejected = new ArrayList<>();
    private Recomputation recomputation;

    @BeforeEach
    void aLogAndItsResultsByHand() {
        add(
                0,
                Logs.call("e1", at("11:59:10"))
                        .setApiKey(KEY)
                        .setTokensInput(100)
                        .setTokensOutput(50)
                        .setLatencyMs(100L));
        add(
                0,
                Logs.call("e2", at("11:59:50"))
                        .setApiKey(KEY)
                        .setTokensInput(300)
                        .setLatencyMs(300L)
                        .setStatus(CallStatus.Error));
        add(0, Logs.call("e1", at("11:59:10")).setApiKey(KEY).setTokensInput(900)); // a copy, though it says otherwise
        add(0, Logs.call("e3", APPENDED.minus(Duration.ofHours(24)).minusMillis(1)));
        add(0, Logs.call("e4", APPENDED.plus(Duration.ofMinutes(5)).plusMillis(1)));
        add(
                1,
                Logs.call("e5", APPENDED.plus(Duration.ofMinutes(5)))
                        .setApiKey(KEY)
                        .setCost(new BigDecimal("0.7"))
                        .setStatus(CallStatus.Timeout));
        log.add(new Placed<>("", 1, 1, APPENDED, null));
        add(
                1,
                Logs.call("e6", at("12:00:30"))
                        .setOrganization(null)
                        .setModel("p/unpriced")
                        .setRoutingRule(RULE)
                        .setTokensInput(5));
        add(1, Logs.call("e7", APPENDED.minus(Duration.ofHours(24))).setTokensInput(1_000));

        for (String start : List.of(
                "MINUTE 2026-03-01T11:59:00Z 2026-03-01T12:00:00Z",
                "QUARTER_HOUR 2026-03-01T11:45:00Z 2026-03-01T12:00:00Z")) {
            window(
                    start,
                    acme(2).setErrors(1)
                            .setDuplicates(1)
                            .setTokensInput(400)
                            .setTokensOutput(50)
                            .setCost(usd("0.5"))
                            .setLatencyCount(2)
                            .setLatencySumMs(400)
                            .setLatencyMinMs(100L)
                            .setLatencyMaxMs(300L)
                            .setLatencyP50Ms(100.9)
                            .setLatencyP95Ms(99.1)
                            .setLatencyP99Ms(100.0));
        }
        for (String start : List.of(
                "MINUTE 2026-03-01T12:05:00Z 2026-03-01T12:06:00Z",
                "QUARTER_HOUR 2026-03-01T12:00:00Z 2026-03-01T12:15:00Z")) {
            window(start, acme(1).setTimeouts(1).setCost(usd("0.7")));
        }
        for (String start : List.of(
                "MINUTE 2026-02-28T12:00:00Z 2026-02-28T12:01:00Z",
                "QUARTER_HOUR 2026-02-28T12:00:00Z 2026-02-28T12:15:00Z",
                "DAY 2026-02-28T00:00:00Z 2026-03-01T00:00:00Z",
                "MONTH 2026-02-01T00:00:00Z 2026-03-01T00:00:00Z")) {
            window(start, acme(1).setTokensInput(1_000).setCost(usd("1")));
        }
        for (String start : List.of(
                "DAY 2026-03-01T00:00:00Z 2026-03-02T00:00:00Z", "MONTH 2026-03-01T00:00:00Z 2026-04-01T00:00:00Z")) {
            window(
                    start,
                    acme(3).setErrors(1)
                            .setDuplicates(1)
                            .setTimeouts(1)
                            .setTokensInput(400)
                            .setTokensOutput(50)
                            .setCost(usd("1.2"))
                            .setLatencyCount(2)
                            .setLatencySumMs(400)
                            .setLatencyMinMs(100L)
                            .setLatencyMaxMs(300L)
                            .setLatencyP50Ms(100.0)
                            .setLatencyP95Ms(100.0)
                            .setLatencyP99Ms(100.0));
        }
        for (String start : List.of(
                "MINUTE 2026-03-01T12:00:00Z 2026-03-01T12:01:00Z",
                "QUARTER_HOUR 2026-03-01T12:00:00Z 2026-03-01T12:15:00Z",
                "DAY 2026-03-01T00:00:00Z 2026-03-02T00:00:00Z",
                "MONTH 2026-03-01T00:00:00Z 2026-04-01T00:00:00Z")) {
            window(
                    start,
                    acme(1).setOrganization("-")
                            .setModel("p/unpriced")
                            .setTokensInput(5)
                            .setUnpricedRequests(1));
        }
        days.add(KeyUsageDay.newBuilder()
                .setApiKey(KEY)
                .setOrganization("acme")
                .setWindowStart(at("00:00:00"))
                .setWindowEnd(at("00:00:00").plus(Duration.ofDays(1)))
                .setRequests(3)
                .setErrors(1)
                .setTimeouts(1)
                .setTokensInput(400)
                .setTokensOutput(50)
                .setCost(usd("1.2"))
                .setUnpricedRequests(0)
                .setLastUsedAt(at("12:05:00"))
                .setLatencyCount(2)
                .setLatencySumMs(400)
                .setLatencyMinMs(100L)
                .setLatencyMaxMs(300L)
                .setLatencyP50Ms(100.0)
                .setLatencyP95Ms(100.0)
                .setLatencyP99Ms(100.0)
                .setModels(List.of(ofModel("p/m", "1.2").build()))
                .build());
        ruleDays.add(RuleUsageDay.newBuilder()
                .setRoutingRule(RULE)
                .setWindowStart(at("00:00:00"))
                .setWindowEnd(at("00:00:00").plus(Duration.ofDays(1)))
                .setRequests(1)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(5)
                .setTokensOutput(0)
                .setCost(usd("0"))
                .setUnpricedRequests(1)
                .setLastUsedAt(at("12:00:30"))
                .setLatencyCount(0)
                .setLatencySumMs(0)
                .setModels(List.of(ofModel("p/unpriced", "0")
                        .setRequests(1)
                        .setErrors(0)
                        .setTimeouts(0)
                        .setTokensInput(5)
                        .setTokensOutput(0)
                        .setUnpricedRequests(1)
                        .build()))
                .build());
        states.add(state(usd("1.2"), QuotaCause.DAY));
        events.add(turn(QuotaEventType.KEY_DISABLED, DISABLED, "1.2"));
        rejected.add(rejected(0, 3, "late"));
        rejected.add(rejected(0, 4, "from_the_future"));
        rejected.add(rejected(1, 1, "undecodable"));
    }

    @Test
    void findsTheResultsOfTheHandRight() {
        assertThat(differences()).isEmpty();
        assertThat(List.of(
                        recomputation.events(),
                        recomputation.accepted(),
                        recomputation.duplicates(),
                        recomputation.rejected().expected()))
                .containsExactly(9L, 6L, 1L, 3L);
        assertThat(recomputation.windows().compared()).isEqualTo(14);
        assertThat(recomputation.keys().compared()).isEqualTo(1);
        assertThat(recomputation.keys().eventsExpected()).isEqualTo(1);
        assertThat(recomputation.keys().eventsFound()).isEqualTo(1);
    }

    @Test
    void findsThemRightUnderTheWallClockToo() {
        clock = QuotaClock.WALL;

        assertThat(differences()).isEmpty();
    }

    @Test
    void namesEachFieldOfAWindowThatIsOtherwise() {
        List<UsageWindow> minutes = windowsOf(Grain.MINUTE);
        minutes.set(
                0,
                UsageWindow.newBuilder(minutes.get(0))
                        .setCost(usd("0.500000000001"))
                        .setRequests(3)
                        .setLatencyMaxMs(301L)
                        .setLatencyP99Ms(101.1)
                        .build());

        String window = "modelhub.analytics.usage-1m  acme p/m 2026-03-01T11:59:00Z  ";
        assertThat(differences())
                .containsExactlyInAnyOrder(
                        window + "requests: expected 2, found 3",
                        window + "cost: expected 0.500000000000, found 0.500000000001",
                        window + "latency_max_ms: expected 300, found 301",
                        window + "latency_p99_ms: expected 100 within 1 %, found 101.1");
    }

    @Test
    void takesTheLatestRecordOfAWindow() {
        UsageWindow right = windowsOf(Grain.DAY).get(0);
        windowsOf(Grain.DAY).add(0, UsageWindow.newBuilder(right).setRequests(7).build());

        assertThat(differences()).isEmpty();
    }

    @Test
    void findsAWindowThatIsMissing() {
        windowsOf(Grain.DAY).remove(1);

        assertThat(differences())
                .containsExactly("modelhub.analytics.usage-1d  acme p/m 2026-03-01T00:00:00Z  record:"
                        + " expected 3 requests, 1.200000000000 US dollars, found none");
    }

    @Test
    void findsAWindowThatShouldNotBeThere() {
        window("MINUTE 2026-03-01T11:58:00Z 2026-03-01T11:59:00Z", acme(1).setCost(usd("0.2")));

        assertThat(differences())
                .containsExactly("modelhub.analytics.usage-1m  acme p/m 2026-03-01T11:58:00Z  record:"
                        + " expected none, found 1 requests, 0.200000000000 US dollars");
    }

    @Test
    void findsAnEventThatWasLost() {
        log.add(
                1,
                new Placed<>(
                        "acme",
                        0,
                        99,
                        APPENDED,
                        Logs.call("lost", at("11:59:20")).setTokensOutput(1).build()));

        assertThat(differences())
                .contains("modelhub.analytics.usage-1d  acme p/m 2026-03-01T00:00:00Z  requests: expected 4, found 3")
                .hasSize(4 * 3); // requests, tokens_output and cost in each grain
    }

    @Test
    void countsTheSameIdOfAnotherCanonicalKey() {
        add(0, Logs.call("e1", at("11:59:10")).setOrganization("globex"));

        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "modelhub.analytics.usage-1m  globex p/m 2026-03-01T11:59:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none",
                        "modelhub.analytics.usage-15m  globex p/m 2026-03-01T11:45:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none",
                        "modelhub.analytics.usage-1d  globex p/m 2026-03-01T00:00:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none",
                        "modelhub.analytics.usage-1mo  globex p/m 2026-03-01T00:00:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none");
    }

    @Test
    void countsACopyInAnotherPartitionOnce() {
        log.add(new Placed<>("", 5, 0, APPENDED.plusSeconds(1), log.get(0).required()));

        assertThat(differences())
                .as("the windows here say 1")
                .hasSize(4)
                .allMatch(difference -> difference.endsWith("  duplicates: expected 2, found 1"));
        assertThat(recomputation.duplicates()).isEqualTo(2);
    }

    @Test
    void findsADayOfAKeyThatIsOtherwise() {
        days.set(0, KeyUsageDay.newBuilder(days.get(0)).setCost(usd("1.3")).build());

        assertThat(differences())
                .containsExactly("modelhub.analytics.key-usage-1d  k1 2026-03-01T00:00:00Z  cost:"
                        + " expected 1.200000000000, found 1.300000000000");
    }

    @Test
    void findsADayOfARoutingRuleThatIsMissing() {
        ruleDays.clear();

        assertThat(differences())
                .containsExactly("modelhub.analytics.rule-usage-1d  r1 2026-03-01T00:00:00Z  record:"
                        + " expected 1 requests, 0.000000000000 US dollars, found none");
    }

    @Test
    void findsASpendThatIsOtherwise() {
        states.set(0, state(usd("1.1"), QuotaCause.DAY));

        assertThat(differences())
                .containsExactly(
                        "modelhub.quota.keys  k1  day.spent: expected 1.200000000000, found 1.100000000000",
                        "modelhub.quota.keys  k1  month.spent: expected 1.200000000000, found 1.100000000000");
    }

    @Test
    void findsADisablingEventThatIsMissing() {
        events.clear();

        assertThat(differences())
                .contains("modelhub.quota.events  " + DISABLED + "  record: expected KEY_DISABLED, found none");
        assertThat(recomputation.keys().eventsExpected()).isEqualTo(1);
        assertThat(recomputation.keys().eventsFound()).isZero();
    }

    @Test
    void findsAnEventThatIsThereTwice() {
        events.add(events.get(0));

        assertThat(differences())
                .containsExactly("modelhub.quota.events  " + DISABLED
                        + "  record: expected none, found the same event once more");
        assertThat(recomputation.keys().eventsExpected()).isEqualTo(1);
        assertThat(recomputation.keys().eventsFound()).isEqualTo(2);
    }

    @Test
    void findsAnEventThatShouldNotBeThere() {
        events.add(turn(QuotaEventType.KEY_ENABLED, "k1:DAY:2026-03-01T00:00:00Z:2", "1.2"));

        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "modelhub.quota.events  k1:DAY:2026-03-01T00:00:00Z:3  record: expected KEY_DISABLED, found none",
                        "modelhub.quota.events  k1:DAY:2026-03-01T00:00:00Z:2  record: expected none, found KEY_ENABLED");
    }

    @Test
    void findsAnEventThatCameBeforeItsLimit() {
        events.set(0, turn(QuotaEventType.KEY_DISABLED, DISABLED, "0.9"));

        assertThat(differences())
                .containsExactly("modelhub.quota.events  " + DISABLED
                        + "  spent: expected at least 1.000000000000, found 0.900000000000");
    }

    @Test
    void findsRejectedEventsThatAreMissingOrOtherwise() {
        rejected.remove(0);
        rejected.set(0, rejected(0, 4, "late"));
        rejected.add(rejected(0, 0, "late"));
        rejected.add(rejected(1, 1, "undecodable"));

        String topic = "modelhub.usage.rejected  partition ";
        assertThat(differences())
                .containsExactlyInAnyOrder(
                        topic + "0 offset 3  record: expected late, found none",
                        topic + "0 offset 4  reason: expected from_the_future, found late",
                        topic + "0 offset 0  record: expected none, found late",
                        topic + "1 offset 1  record: expected none, found undecodable, once more");
    }

    @Test
    void addsCorrectionsOnceToEveryWindowThatHoldsTheirRange() {
        UsageCorrection correction = UsageCorrection.newBuilder()
                .setId("c1")
                .setOrganization("acme")
                .setApiKey(KEY)
                .setModel("p/m")
                .setRangeStart(at("11:59:00"))
                .setRangeEnd(at("12:00:00"))
                .setRequests(2)
                .setDifference(usd("-0.25"))
                .setReason("a test")
                .setCorrectedAt(APPENDED)
                .build();
        corrections.add(correction);
        corrections.add(correction);
        windows.forEach((grain, ofGrain) -> ofGrain.replaceAll(window -> {
            Instant start = window.getWindowStart();
            boolean corrected = window.getOrganization().equals("acme")
                    && !start.isAfter(at("11:59:00"))
                    && window.getWindowEnd().isAfter(at("11:59:00"));
            return corrected
                    ? UsageWindow.newBuilder(window)
                            .setCost(window.getCost().subtract(usd("0.25")))
                            .build()
                    : window;
        }));
        days.set(
                0,
                KeyUsageDay.newBuilder(days.get(0))
                        .setCost(usd("0.95"))
                        .setModels(List.of(ofModel("p/m", "0.95").build()))
                        .build());
        states.set(0, state(usd("0.95")));
        events.add(turn(QuotaEventType.KEY_ENABLED, "k1:DAY:2026-03-01T00:00:00Z:2", "0.95"));

        assertThat(differences()).isEmpty();
    }

    @Test
    void aDayIsThatOfTheOrganizationsZone() {
        calendars = Calendars.ofOrganizations(
                Map.of("acme", calendar("Asia/Kolkata"), "-", new OrganizationCalendar("-", "UTC", List.of())),
                Map.of("acme", ZoneId.of("Asia/Kolkata")));

        assertThat(differences())
                .contains("modelhub.analytics.usage-1d  acme p/m 2026-02-28T18:30:00Z  record:"
                        + " expected 3 requests, 1.200000000000 US dollars, found none")
                .noneMatch(difference -> difference.contains("calendars"));
    }

    /** The day of UTC in which it changed is whole, and so is the month, which ends with it. */
    @Test
    void aChangedZoneCutsFromTheNextDayOn() {
        calendars = Calendars.ofOrganizations(
                Map.of(
                        "acme",
                        calendar("UTC", new ZoneChange(Instant.parse("2026-02-28T12:00:00Z"), "Asia/Kolkata")),
                        "-",
                        new OrganizationCalendar("-", "UTC", List.of())),
                Map.of("acme", ZoneId.of("Asia/Kolkata")));

        assertThat(differences())
                .containsExactly(
                        "modelhub.analytics.usage-1d  acme p/m 2026-03-01T00:00:00Z  window_end:"
                                + " expected 2026-03-01T18:30:00Z, found 2026-03-02T00:00:00Z",
                        "modelhub.analytics.usage-1mo  acme p/m 2026-03-01T00:00:00Z  window_end:"
                                + " expected 2026-03-31T18:30:00Z, found 2026-04-01T00:00:00Z");
    }

    @Test
    void findsAZoneThatIsNotFollowedAndOneThatIsNotTold() {
        calendars =
                Calendars.ofOrganizations(Map.of("acme", calendar("UTC")), Map.of("acme", ZoneId.of("Asia/Kolkata")));

        assertThat(differences())
                .containsExactly(
                        "modelhub.analytics.calendars  -  record: expected the zones that cut its days, found none",
                        "modelhub.analytics.calendars  acme  time_zone: expected Asia/Kolkata, found UTC");
    }

    private static OrganizationCalendar calendar(String zone, ZoneChange... changes) {
        return new OrganizationCalendar("acme", zone, List.of(changes));
    }

    @Test
    void findsAWrongNumberOfDuplicates() {
        UsageWindow right = windowsOf(Grain.DAY).get(1);
        windowsOf(Grain.DAY).add(UsageWindow.newBuilder(right).setDuplicates(2).build());

        assertThat(differences())
                .containsExactly("modelhub.analytics.usage-1d  acme p/m 2026-03-01T00:00:00Z  duplicates:"
                        + " expected 1, found 2");
    }

    @Test
    void theKeysOrganizationOverridesTheEvents() {
        catalog = new Catalog(catalog.models(), Map.of(KEY, Logs.key(KEY, "globex", "1", null)), Map.of(), Map.of());

        assertThat(differences())
                .contains("modelhub.analytics.usage-1d  globex p/m 2026-03-01T00:00:00Z  record:"
                        + " expected 3 requests, 1.200000000000 US dollars, found none");
    }

    @Test
    void aCallCountsForWhoeverTheKeyWasWhenItWasWritten() {
        Instant later = APPENDED.plusMillis(1);

        keyIsGlobexNow(new FormerOwner("initech", APPENDED), new FormerOwner("acme", later));
        assertThat(differences()).containsExactly("modelhub.quota.keys  k1  organization: expected globex, found acme");

        keyIsGlobexNow(new FormerOwner("acme", APPENDED));
        assertThat(differences())
                .contains("modelhub.analytics.usage-1d  globex p/m 2026-03-01T00:00:00Z  record:"
                        + " expected 3 requests, 1.200000000000 US dollars, found none");

        keyIsGlobexNow(new FormerOwner(null, later));
        assertThat(differences())
                .as("it served every one, and the events name acme")
                .containsExactly("modelhub.quota.keys  k1  organization: expected globex, found acme");
    }

    @Test
    void callsOfADeletedKeyCountForWhoseItWas() {
        catalog = new Catalog(catalog.models(), Map.of(), catalog.apiKeys(), Map.of());
        states.clear();
        assertThat(differences()).as("all but its quota is as it was").isEmpty();

        catalog = new Catalog(catalog.models(), Map.of(), Map.of(KEY, Logs.key(KEY, "globex", "1", null)), Map.of());
        assertThat(differences())
                .contains("modelhub.analytics.usage-1d  globex p/m 2026-03-01T00:00:00Z  record:"
                        + " expected 3 requests, 1.200000000000 US dollars, found none");
    }

    @Test
    void ofAnOrganizationsKeysTheCallsOfFormerOwnersAreComparedToo() {
        keyIsGlobexNow(new FormerOwner("acme", APPENDED.plusMillis(1)));
        organization = "globex";

        assertThat(differences())
                .as("days and spend of the key, and no window")
                .containsExactly("modelhub.quota.keys  k1  organization: expected globex, found acme");
    }

    private void keyIsGlobexNow(FormerOwner... formerOwners) {
        catalog = new Catalog(
                catalog.models(), Map.of(KEY, Logs.key(KEY, "globex", "1", null, formerOwners)), Map.of(), Map.of());
    }

    @Test
    void comparesNoMoreThanItIsAskedFor() {
        windows.values().forEach(List::clear);
        days.clear();
        states.clear();
        events.clear();
        organization = "-";
        compared = new Span(at("11:00:00"), at("13:00:00"));

        assertThat(differences())
                .containsExactly(
                        "modelhub.analytics.usage-1m  - p/unpriced 2026-03-01T12:00:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none",
                        "modelhub.analytics.usage-15m  - p/unpriced 2026-03-01T12:00:00Z  record: expected 1 requests, 0.000000000000 US dollars, found none");
    }

    private List<String> differences() {
        ReconciliationRules rules = new ReconciliationRules(
                Duration.ofHours(24),
                clock,
                List.of(50, 80, 95),
                EnumSet.allOf(Grain.class),
                compared,
                organization,
                APPENDED);
        // As many buckets as a long log has: what belongs together must meet in them.
        recomputation = new Recomputation(rules, catalog, calendars, newFolder(), 400_000);
        log.forEach(recomputation::usage);
        long[] offset = {0};
        corrections.forEach(correction -> {
            Placed<UsageCorrection> placed = new Placed<>("acme", 0, offset[0]++, APPENDED, correction);
            recomputation.correct(placed);
        });
        windows.forEach((grain, ofGrain) -> ofGrain.forEach(window -> recomputation
                .windows()
                .found(
                        grain,
                        window.getOrganization(),
                        window.getModel(),
                        window.getWindowStart(),
                        new Placed<>("", 0, offset[0]++, APPENDED, window))));
        days.forEach(day -> recomputation
                .keyDays()
                .found(day.getApiKey(), day.getWindowStart(), new Placed<>("", 0, offset[0]++, APPENDED, day)));
        ruleDays.forEach(day -> recomputation
                .ruleDays()
                .found(day.getRoutingRule(), day.getWindowStart(), new Placed<>("", 0, offset[0]++, APPENDED, day)));
        states.forEach(state -> recomputation.keys().foundState(new Placed<>(KEY, 0, offset[0]++, APPENDED, state)));
        events.forEach(event -> recomputation.keys().foundEvent(new Placed<>(KEY, 0, offset[0]++, APPENDED, event)));
        rejected.forEach(record -> recomputation.rejected().found(record, record.getPartition(), record.getOffset()));
        List<String> differences = new ArrayList<>();
        recomputation.compare(difference -> differences.add(difference.toString()));
        return differences;
    }

    private Path newFolder() {
        try {
            return Files.createTempDirectory(folder, "buckets");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void add(int partition, ModelMetrics.Builder call) {
        long offset =
                log.stream().filter(record -> record.partition() == partition).count();
        log.add(new Placed<>("acme", partition, offset, APPENDED, call.build()));
    }

    private static Instant at(String time) {
        return Instant.parse("2026-03-01T" + time + "Z");
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount).setScale(12);
    }

    private static UsageWindow.Builder acme(long requests) {
        return UsageWindow.newBuilder()
                .setOrganization("acme")
                .setModel("p/m")
                .setRequests(requests)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(usd("0"))
                .setUnpricedRequests(0)
                .setLatencyCount(0)
                .setLatencySumMs(0)
                .setLatencySketch(ByteBuffer.allocate(0));
    }

    private void window(String grainStartEnd, UsageWindow.Builder window) {
        String[] parts = grainStartEnd.split(" ");
        windowsOf(Grain.valueOf(parts[0]))
                .add(window.setWindowStart(Instant.parse(parts[1]))
                        .setWindowEnd(Instant.parse(parts[2]))
                        .build());
    }

    private List<UsageWindow> windowsOf(Grain grain) {
        return windows.computeIfAbsent(grain, ignored -> new ArrayList<>());
    }

    private static KeyQuotaState state(BigDecimal spent, QuotaCause... causes) {
        return KeyQuotaState.newBuilder()
                .setApiKey(KEY)
                .setOrganization("acme")
                .setZone("UTC")
                .setEnabled(causes.length == 0)
                .setCauses(List.of(causes))
                .setDay(new QuotaPeriod(at("00:00:00"), Instant.parse("2026-03-02T00:00:00Z"), usd("1"), spent, null))
                .setMonth(new QuotaPeriod(at("00:00:00"), Instant.parse("2026-04-01T00:00:00Z"), null, spent, null))
                .setLastUsedAt(at("12:05:00"))
                .build();
    }

    private static KeyQuotaEvent turn(QuotaEventType type, String id, String spent) {
        return KeyQuotaEvent.newBuilder()
                .setId(id)
                .setType(type)
                .setApiKey(KEY)
                .setOrganization("acme")
                .setCause(QuotaCause.DAY)
                .setPeriodStart(at("00:00:00"))
                .setPeriodEnd(Instant.parse("2026-03-02T00:00:00Z"))
                .setZone("UTC")
                .setLimit(new BigDecimal("1"))
                .setSpent(usd(spent))
                .setStillDisabled(type == QuotaEventType.KEY_DISABLED)
                .setReason("limit_reached")
                .setOccurredAt(APPENDED)
                .build();
    }

    private static ModelUsage.Builder ofModel(String model, String cost) {
        return ModelUsage.newBuilder()
                .setModel(model)
                .setRequests(3)
                .setErrors(1)
                .setTimeouts(1)
                .setTokensInput(400)
                .setTokensOutput(50)
                .setCost(usd(cost))
                .setUnpricedRequests(0);
    }

    private static RejectedUsage rejected(int partition, long offset, String reason) {
        return RejectedUsage.newBuilder()
                .setReason(reason)
                .setMessage("")
                .setOriginal(ByteBuffer.allocate(0))
                .setSource("kafka")
                .setTopic("modelhub.usage")
                .setPartition(partition)
                .setOffset(offset)
                .setRejectedAt(APPENDED)
                .build();
    }
}
