package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuotaClockTest {

    private static final Instant WALL = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void theWallClockGoesOnByItself() {
        assertThat(QuotaClock.WALL.atCall(WALL, NOON, NOON)).isEqualTo(WALL);
        assertThat(QuotaClock.WALL.idle(WALL, null)).isEqualTo(WALL);
    }

    @Test
    void streamTimeIsTheLatestCallsAndNeverRunsBack() {
        assertThat(QuotaClock.STREAM.atCall(WALL, null, NOON)).isEqualTo(NOON);
        assertThat(QuotaClock.STREAM.atCall(WALL, NOON, NOON.minusSeconds(60))).isEqualTo(NOON);
        assertThat(QuotaClock.STREAM.atCall(WALL, NOON, NOON.plusSeconds(60))).isEqualTo(NOON.plusSeconds(60));
        assertThat(QuotaClock.STREAM.idle(WALL, NOON)).isEqualTo(NOON);
        assertThat(QuotaClock.STREAM.idle(WALL, null))
                .as("a key without calls has no now")
                .isNull();
    }
}
