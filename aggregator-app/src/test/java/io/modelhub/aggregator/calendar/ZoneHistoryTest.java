package io.modelhub.aggregator.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ZoneHistoryTest {

    private static final Instant BEGINNING = Instant.parse("2011-12-01T00:00:00Z");
    private static final List<String> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().toList();

    private final RandomGenerator random = Seeded.random(getClass());

    /**
     * Of any zones, set at any times: the periods follow each other without a gap or an overlap, each moment is in the one that holds
     * it, and what was cut before a change is cut so ever after.
     */
    @Test
    void everyMomentIsInOnePeriodAndStaysThere() {
        for (int i = 0; i < 500; i++) {
            CalendarUnit unit = CalendarUnit.values()[random.nextInt(2)];
            ZoneHistory history = ZoneHistory.of(zone());
            Instant setAt = BEGINNING;
            for (int change = random.nextInt(6); change > 0; change--) {
                setAt = setAt.plusMillis(1
                        + random.nextLong(Duration.ofHours(random.nextInt(2) == 0 ? 30 : 900)
                                .toMillis()));
                ZoneHistory changed = history.changed(setAt, zone());
                for (int look = 0; look < 20; look++) {
                    Instant before = setAt.minusMillis(
                            1 + random.nextLong(Duration.ofDays(60).toMillis()));
                    assertThat(changed.containing(before, unit))
                            .as("%s after %s", before, changed)
                            .isEqualTo(history.containing(before, unit));
                }
                history = changed;
            }
            CalendarPeriod period = history.containing(BEGINNING, unit);
            for (int next = 0; next < 100; next++) {
                assertThat(period.start()).isBefore(period.end());
                assertThat(history.containing(period.start(), unit)).isEqualTo(period);
                assertThat(history.containing(period.end().minusMillis(1), unit))
                        .isEqualTo(period);
                CalendarPeriod following = history.containing(period.end(), unit);
                assertThat(following.start())
                        .as("after %s by %s", period, history)
                        .isEqualTo(period.end());
                assertThat(following)
                        .as("the rule that quotas go by")
                        .isEqualTo(period.followedBy(period.end(), following.zone()));
                period = following;
            }
        }
    }

    @Test
    void changesAreInOrder() {
        ZoneHistory.Change first = new ZoneHistory.Change(BEGINNING, ZoneId.of("Europe/Paris"));
        assertThatThrownBy(() -> new ZoneHistory(ZoneId.of("UTC"), List.of(first, first)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ZoneId zone() {
        return ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    }
}
