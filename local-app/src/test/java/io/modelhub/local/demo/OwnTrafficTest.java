package io.modelhub.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class OwnTrafficTest {

    private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");
    private static final long SEED = 1;

    private final List<TraceCall> calls =
            new OwnTraffic(OwnTraffic.USUAL_SIZE, SEED).calls(END).toList();

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(new OwnTraffic(OwnTraffic.USUAL_SIZE, SEED).calls(END).toList())
                .isEqualTo(calls);
        assertThat(new OwnTraffic(OwnTraffic.USUAL_SIZE, SEED + 1).calls(END).toList())
                .isNotEqualTo(calls);
    }

    @Test
    void fillsTheHourThatEndsNowInOrder() {
        assertThat(calls).hasSize((int) OwnTraffic.USUAL_SIZE);
        assertThat(calls)
                .extracting(TraceCall::time)
                .isSorted()
                .allMatch(time -> !time.isAfter(END) && !time.isBefore(END.minus(Duration.ofHours(1))));
        assertThat(calls.get(calls.size() - 1).time()).isCloseTo(END, within(1, java.time.temporal.ChronoUnit.MILLIS));
    }

    /** The means of the Azure trace: 2,047.8 tokens in and 27.9 out. */
    @Test
    void isAsLargeAsRealCallsAre() {
        assertThat(calls.stream().mapToLong(TraceCall::tokensInput).average().orElse(0))
                .isCloseTo(2_047.8, Percentage.withPercentage(10));
        assertThat(calls.stream().mapToLong(TraceCall::tokensOutput).average().orElse(0))
                .isCloseTo(27.9, Percentage.withPercentage(20));
    }

    /** As on the trace, half of the gaps are below 64 ms while one in a hundred is 35 times as long or more. */
    @Test
    void comesInBursts() {
        List<Duration> gaps = new java.util.ArrayList<>();
        for (int i = 1; i < calls.size(); i++) {
            gaps.add(Duration.between(calls.get(i - 1).time(), calls.get(i).time()));
        }
        gaps.sort(null);

        Duration median = gaps.get(gaps.size() / 2);
        assertThat(gaps.get(gaps.size() * 99 / 100)).isGreaterThan(median.multipliedBy(25));
    }
}
