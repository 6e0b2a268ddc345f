package io.modelhub.aggregator.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CalendarPeriodTest {

    private static final Path CASES = Path.of("src/test/resources/calendar-cases.txt");
    private static final Pattern CASE =
            Pattern.compile("(?<unit>\\w+) (?<zone>\\S+)(?: > (?<newZone>\\S+))? (?<moment>\\S+)(?: (?<now>\\S+))? -> "
                    + "(?<start>\\S+) (?<end>\\S+) (?<length>\\S+)");

    @TestFactory
    Stream<DynamicTest> periodsAreThoseOfTheZonesCalendar() throws IOException {
        return Files.readAllLines(CASES).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> DynamicTest.dynamicTest(line, () -> check(line)));
    }

    private static void check(String line) {
        Matcher row = CASE.matcher(line);
        assertThat(row.matches()).as("a row of the table").isTrue();
        CalendarPeriod period = CalendarPeriod.containing(
                Instant.parse(row.group("moment")),
                CalendarUnit.valueOf(row.group("unit")),
                ZoneId.of(row.group("zone")));
        if (row.group("newZone") != null) {
            period = period.followedBy(Instant.parse(row.group("now")), ZoneId.of(row.group("newZone")));
        }
        assertThat(period.start()).isEqualTo(row.group("start"));
        assertThat(period.end()).isEqualTo(row.group("end"));
        Duration length = Duration.between(period.start(), period.end());
        assertThat("%d:%02d".formatted(length.toHours(), length.toMinutesPart()))
                .isEqualTo(row.group("length"));
    }

    /** Of any zone, any moment of a hundred years: it is in its period, and the periods follow each other without a gap. */
    @Test
    void periodsFollowEachOtherWithoutAGap() {
        RandomGenerator random = Seeded.random(getClass());
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        for (int i = 0; i < 50_000; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            CalendarUnit unit = CalendarUnit.values()[random.nextInt(2)];
            Instant moment = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
            CalendarPeriod period = CalendarPeriod.containing(moment, unit, zone);
            assertThat(period.contains(moment))
                    .as("%s of %s in %s", unit, moment, zone)
                    .isTrue();
            CalendarPeriod next = period.followedBy(period.end(), zone);
            assertThat(next.start()).as("after %s", period).isEqualTo(period.end());
            assertThat(CalendarPeriod.containing(period.end().minusMillis(1), unit, zone))
                    .as("the last moment of %s", period)
                    .isEqualTo(period);
            CalendarPeriod elsewhere =
                    period.followedBy(period.end(), ZoneId.of(zones.get(random.nextInt(zones.size()))));
            assertThat(elsewhere.start()).as("in another zone after %s", period).isEqualTo(period.end());
            assertThat(elsewhere.end()).isAfter(elsewhere.start());
        }
    }
}
