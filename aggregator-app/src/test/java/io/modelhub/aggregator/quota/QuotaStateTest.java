package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class QuotaStateTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final Function<CalendarPeriod, BigDecimal> NOTHING_YET = period -> BigDecimal.ZERO;
    private static final List<Integer> NO_THRESHOLDS = List.of();

    private final List<String> told = new ArrayList<>();

    @Test
    void reachingALimitDisablesOnceAndExactlyAtTheLimit() {
        QuotaLimits limits = limits("10", null);
        QuotaState state = QuotaState.begin(limits, NOON, NOTHING_YET);
        state = spend(state, "9.999999999999", limits);
        assertThat(state.enabled()).isTrue();
        state = spend(state, "0.000000000001", limits); // spent >= limit disables
        assertThat(state.enabled()).isFalse();
        state = spend(state, "5", limits); // in flight when it was disabled: counted, told no second time
        assertThat(told).containsExactly("DAY disabled at 10.000000000000 of 10");
        assertThat(state.day().spent()).isEqualByComparingTo("15");
        assertThat(state.day().overshoot()).isEqualByComparingTo("0");
    }

    @Test
    void dayAndMonthDisableEachForItself() {
        QuotaLimits limits = limits("10", "15");
        QuotaState state = QuotaState.begin(limits, NOON, NOTHING_YET);
        state = spend(state, "12", limits);
        state = spend(state, "4", limits);
        assertThat(told).containsExactly("DAY disabled at 12 of 10", "MONTH disabled at 16 of 15");
        assertThat(state.causes()).containsExactly(QuotaCause.DAY, QuotaCause.MONTH);
        assertThat(state.day().overshoot()).isEqualByComparingTo("2");
        assertThat(state.month().overshoot()).isEqualByComparingTo("1");
    }

    @Test
    void aCauseEndsWithItsPeriodAndNoOther() {
        QuotaLimits limits = limits("10", "15");
        QuotaState state = spend(QuotaState.begin(limits, NOON, NOTHING_YET), "16", limits);
        told.clear();
        // 2026-11-30 is the last day of its month: both end at the same midnight.
        state = tell(state.at(Instant.parse("2026-11-30T23:59:59.999Z"), limits, NOTHING_YET));
        assertThat(told).isEmpty();
        state = tell(state.at(Instant.parse("2026-12-01T00:00:00Z"), limits, NOTHING_YET));
        assertThat(told).containsExactly("DAY enabled by period_ended", "MONTH enabled by period_ended");
        assertThat(state.enabled()).isTrue();
        assertThat(state.day().period().start()).isEqualTo("2026-12-01T00:00:00Z");
        assertThat(state.month().period().end()).isEqualTo("2027-01-01T00:00:00Z");
    }

    @Test
    void aDayEndsWhileTheMonthStillDisables() {
        Instant tenth = Instant.parse("2026-11-10T12:00:00Z");
        QuotaLimits limits = limits("10", "10");
        QuotaState state = tell(QuotaState.begin(limits, tenth, NOTHING_YET)
                .plus(tenth, tenth, new BigDecimal("10"), limits, NO_THRESHOLDS));
        told.clear();
        state = tell(state.at(Instant.parse("2026-11-11T00:00:00Z"), limits, NOTHING_YET));
        assertThat(told).containsExactly("DAY enabled by period_ended");
        assertThat(state.causes()).containsExactly(QuotaCause.MONTH);
        assertThat(state.enabled()).isFalse();
    }

    @Test
    void aPeriodThatBeginsTakesOverWhatWasSpentAheadOfTheClock() {
        QuotaLimits limits = limits("10", null);
        QuotaState state = QuotaState.begin(limits, NOON, NOTHING_YET);
        // The sender's clock is four minutes ahead, past midnight: it counts to tomorrow, not to today.
        Instant ahead = Instant.parse("2026-12-01T00:03:00Z");
        state = tell(state.plus(ahead, ahead, new BigDecimal("11"), limits, NO_THRESHOLDS));
        assertThat(state.enabled()).isTrue();
        assertThat(state.day().spent()).isEqualByComparingTo("0");
        assertThat(state.lastUsedAt()).isEqualTo(ahead);

        state = tell(state.at(ahead, limits, period -> new BigDecimal("11")));
        assertThat(state.day().spent()).isEqualByComparingTo("11");
        // The next spend finds the limit reached.
        state = tell(state.plus(ahead, ahead, BigDecimal.ZERO, limits, NO_THRESHOLDS));
        assertThat(told).containsExactly("DAY disabled at 11 of 10");
    }

    @Test
    void aLateSpendOfYesterdayCountsToTheMonthAlone() {
        QuotaLimits limits = limits("10", "100");
        QuotaState state = QuotaState.begin(limits, NOON, NOTHING_YET);
        Instant yesterday = NOON.minusSeconds(86_400);
        state = tell(state.plus(yesterday, yesterday, new BigDecimal("50"), limits, NO_THRESHOLDS));
        assertThat(state.day().spent()).isEqualByComparingTo("0");
        assertThat(state.month().spent()).isEqualByComparingTo("50");
        assertThat(told).isEmpty();
    }

    @Test
    void aRaisedOrRemovedLimitEnablesAndALoweredOneDisablesAgain() {
        QuotaState state = spend(QuotaState.begin(limits("10", null), NOON, NOTHING_YET), "10", limits("10", null));
        state = spend(state, "0", limits("20", null));
        state = spend(state, "0", limits("5", null));
        state = spend(state, "0", limits(null, null));
        assertThat(told)
                .containsExactly(
                        "DAY disabled at 10 of 10",
                        "DAY enabled by quota_changed",
                        "DAY disabled at 10 of 5",
                        "DAY enabled by quota_changed");
        assertThat(state.day().changes()).as("part of the events' ids").isEqualTo(4);
    }

    @Test
    void thresholdsFireOncePerPeriodEachAndInOrder() {
        QuotaLimits limits = limits("10", null);
        List<Integer> thresholds = List.of(50, 80, 95);
        QuotaState state = QuotaState.begin(limits, NOON, NOTHING_YET);
        for (String amount : List.of("4.99", "0.01", "0", "3", "1.5", "0.999")) {
            state = tell(state.plus(NOON, NOON, new BigDecimal(amount), limits, thresholds));
        }
        assertThat(told)
                .containsExactly(
                        "DAY 50 % at 5.00", "DAY 80 % at 8.00", "DAY 95 % at 9.50", "DAY disabled at 10.499 of 10");
    }

    @Test
    void noLimitDisablesNothingAndAZeroLimitAtOnce() {
        assertThat(spend(QuotaState.begin(limits(null, null), NOON, NOTHING_YET), "1000000", limits(null, null))
                        .enabled())
                .isTrue();
        assertThat(spend(QuotaState.begin(limits("0", null), NOON, NOTHING_YET), "0", limits("0", null))
                        .enabled())
                .isFalse();
    }

    @Test
    void periodsAreCalendarDaysAndMonthsOfTheZone() {
        ZoneId kolkata = ZoneId.of("Asia/Kolkata");
        Instant time = Instant.parse("2026-11-30T18:30:00Z"); // midnight there, first of December
        CalendarPeriod day = CalendarPeriod.containing(time, QuotaCause.DAY, kolkata);
        assertThat(day.start()).isEqualTo("2026-11-30T18:30:00Z");
        assertThat(day.end()).isEqualTo("2026-12-01T18:30:00Z");
        assertThat(CalendarPeriod.containing(time.minusMillis(1), QuotaCause.MONTH, kolkata)
                        .end())
                .isEqualTo(time);
        // The clocks go back on 2026-11-01: the day has 25 hours.
        CalendarPeriod newYork = CalendarPeriod.containing(
                Instant.parse("2026-11-01T12:00:00Z"), QuotaCause.DAY, ZoneId.of("America/New_York"));
        assertThat(newYork.start()).isEqualTo("2026-11-01T04:00:00Z");
        assertThat(newYork.end()).isEqualTo("2026-11-02T05:00:00Z");
    }

    @Test
    void theClockIsTheWallsOrTheLatestCalls() {
        Instant wall = Instant.parse("2030-01-01T00:00:00Z");
        assertThat(QuotaClock.WALL.now(wall, NOON, NOON)).isEqualTo(wall);
        assertThat(QuotaClock.STREAM.now(wall, null, NOON)).isEqualTo(NOON);
        assertThat(QuotaClock.STREAM.now(wall, NOON, NOON.minusSeconds(60))).isEqualTo(NOON);
        assertThat(QuotaClock.STREAM.now(wall, NOON, NOON.plusSeconds(60))).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void aStoredStateIsReadBackWhole() {
        QuotaLimits limits = limits("10", "15");
        QuotaState used = spend(QuotaState.begin(limits, NOON, NOTHING_YET), "12.000000000001", limits);
        QuotaState fresh = QuotaState.begin(limits, NOON, NOTHING_YET);
        try (Serde<QuotaState> serde = QuotaStateCodec.serde()) {
            for (QuotaState state : List.of(used, fresh)) {
                assertThat(serde.deserializer()
                                .deserialize("", serde.serializer().serialize("", state)))
                        .isEqualTo(state);
            }
        }
    }

    private QuotaState spend(QuotaState state, String amount, QuotaLimits limits) {
        return tell(state.plus(NOON, NOON, new BigDecimal(amount), limits, NO_THRESHOLDS));
    }

    private QuotaState tell(QuotaState.Step step) {
        for (QuotaChange change : step.changes()) {
            if (change instanceof QuotaChange.Disabled disabled) {
                told.add("%s disabled at %s of %s"
                        .formatted(change.cause(), change.period().spent(), disabled.limit()));
            } else if (change instanceof QuotaChange.Enabled enabled) {
                told.add("%s enabled by %s".formatted(change.cause(), enabled.reason()));
            } else if (change instanceof QuotaChange.ThresholdReached threshold) {
                told.add("%s %d %% at %s"
                        .formatted(
                                change.cause(),
                                threshold.percent(),
                                change.period().spent()));
            }
        }
        return step.state();
    }

    private static QuotaLimits limits(String daily, String monthly) {
        return new QuotaLimits(
                "acme",
                ZoneOffset.UTC,
                daily == null ? null : new BigDecimal(daily),
                monthly == null ? null : new BigDecimal(monthly));
    }
}
