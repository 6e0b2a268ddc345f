package io.modelhub.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {

    @ParameterizedTest
    @CsvSource({
        // A half-hour zone: local hours and days begin at half past.
        "1h,  Asia/Kolkata,       2026-11-23T10:20:00Z, 2026-11-23T09:30:00Z, 2026-11-23T10:30:00Z",
        "1d,  Asia/Kolkata,       2026-11-23T18:29:59Z, 2026-11-22T18:30:00Z, 2026-11-23T18:30:00Z",
        "1d,  Asia/Kolkata,       2026-11-23T18:30:00Z, 2026-11-23T18:30:00Z, 2026-11-24T18:30:00Z",
        "1mo, Asia/Kolkata,       2026-11-30T18:30:00Z, 2026-11-30T18:30:00Z, 2026-12-31T18:30:00Z",
        "1d,  Asia/Kathmandu,     2026-11-23T18:14:00Z, 2026-11-22T18:15:00Z, 2026-11-23T18:15:00Z",
        // Days of 23 and 25 hours.
        "1d,  Europe/Berlin,      2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "1d,  Europe/Berlin,      2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // The hour that the clock shows twice is two hours.
        "1h,  Europe/Berlin,      2026-10-25T00:59:59Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "1h,  Europe/Berlin,      2026-10-25T01:00:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        // Where the clock is moved within an hour, that hour is cut: by half an hour, and at a quarter to.
        "1h,  Australia/Lord_Howe, 2026-04-04T14:59:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "1h,  Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "1h,  Australia/Lord_Howe, 2026-10-03T15:40:00Z, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
        "1h,  Pacific/Chatham,    2026-04-04T13:59:00Z, 2026-04-04T13:15:00Z, 2026-04-04T14:00:00Z",
        "1h,  Pacific/Chatham,    2026-04-04T14:00:00Z, 2026-04-04T14:00:00Z, 2026-04-04T14:15:00Z",
        // No midnight: the day begins at one.
        "1d,  Africa/Cairo,       2026-04-24T12:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
        // Minutes and quarters know no zone.
        "15m, Asia/Kolkata,       2026-11-23T10:20:00Z, 2026-11-23T10:15:00Z, 2026-11-23T10:30:00Z",
        "1m,  Asia/Kolkata,       2026-11-23T10:20:30Z, 2026-11-23T10:20:00Z, 2026-11-23T10:21:00Z",
        "1mo, UTC,                2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z"
    })
    void isCutByTheZonesClockAndCalendar(String label, String zone, Instant time, Instant start, Instant end) {
        Bucket bucket = Bucket.labelled(label).orElseThrow();
        assertThat(bucket.startOf(time, ZoneId.of(zone))).isEqualTo(start);
        assertThat(bucket.endOf(start, ZoneId.of(zone))).isEqualTo(end);
    }

    @Test
    void bucketsFollowEachOtherWithoutGapInEveryZone() {
        Map<ZoneRules, String> zones = new HashMap<>();
        ZoneId.getAvailableZoneIds().forEach(id -> zones.put(ZoneId.of(id).getRules(), id));
        for (String id : zones.values()) {
            ZoneId zone = ZoneId.of(id);
            for (Bucket bucket : new Bucket[] {Bucket.HOUR, Bucket.DAY, Bucket.MONTH}) {
                Instant start = bucket.startOf(Instant.parse("2026-01-01T00:00:00Z"), zone);
                while (start.isBefore(Instant.parse("2027-01-01T00:00:00Z"))) {
                    Instant end = bucket.endOf(start, zone);
                    assertThat(end).as("%s in %s", start, id).isAfter(start);
                    assertThat(bucket.startOf(start, zone)).as(id).isEqualTo(start);
                    assertThat(bucket.startOf(end.minusMillis(1), zone))
                            .as("%s in %s", end, id)
                            .isEqualTo(start);
                    assertThat(Bucket.fits(zone, start)).as(id).isTrue();
                    start = end;
                }
            }
        }
    }

    @Test
    void goesBackByTheCalendar() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant end = Instant.parse("2026-10-26T23:00:00Z"); // 2026-10-27 in Berlin
        assertThat(Bucket.DAY.back(end, 2, berlin)).isEqualTo(Instant.parse("2026-10-24T22:00:00Z"));
        assertThat(Duration.between(Bucket.DAY.back(end, 2, berlin), end)).isEqualTo(Duration.ofHours(49));
    }

    @Test
    void aZoneBetweenTheQuartersDoesNotFit() {
        assertThat(Bucket.fits(ZoneId.of("+05:07"), Instant.EPOCH)).isFalse();
        assertThat(Bucket.fits(ZoneId.of("+05:45"), Instant.EPOCH)).isTrue();
    }
}
