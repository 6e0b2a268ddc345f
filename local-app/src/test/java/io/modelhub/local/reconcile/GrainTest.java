package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.usage.Span;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrainTest {

    /** Windows by hand; the last column says what is surprising about one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            MINUTE       | Asia/Kolkata     | 2026-03-01T12:34:56.789Z | 2026-03-01T12:34:00Z | 2026-03-01T12:35:00Z | minutes are UTC's
            QUARTER_HOUR | Asia/Kathmandu   | 2026-03-01T12:14:59.999Z | 2026-03-01T12:00:00Z | 2026-03-01T12:15:00Z | though its midnight is at 18:15 UTC
            DAY          | UTC              | 2026-03-01T00:00:00Z     | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | a start belongs to its own day
            DAY          | Asia/Kolkata     | 2026-03-01T18:29:59.999Z | 2026-02-28T18:30:00Z | 2026-03-01T18:30:00Z | half an hour
            DAY          | Asia/Kathmandu   | 2026-03-01T18:15:00Z     | 2026-03-01T18:15:00Z | 2026-03-02T18:15:00Z | three quarters
            DAY          | America/New_York | 2026-03-08T12:00:00Z     | 2026-03-08T05:00:00Z | 2026-03-09T04:00:00Z | 23 hours
            DAY          | America/New_York | 2026-11-01T12:00:00Z     | 2026-11-01T04:00:00Z | 2026-11-02T05:00:00Z | 25 hours
            DAY          | Pacific/Apia     | 2011-12-30T09:59:59Z     | 2011-12-29T10:00:00Z | 2011-12-30T10:00:00Z | the 30th was skipped: after the 29th comes the 31st
            DAY          | Pacific/Apia     | 2011-12-30T10:00:00Z     | 2011-12-30T10:00:00Z | 2011-12-31T10:00:00Z | that is the 31st
            MONTH        | Europe/London    | 2026-03-31T23:30:00Z     | 2026-03-31T23:00:00Z | 2026-04-30T23:00:00Z | April there already
            MONTH        | UTC              | 2026-02-14T00:00:00Z     | 2026-02-01T00:00:00Z | 2026-03-01T00:00:00Z | -
            """)
    void aMomentIsInOneWindow(Grain grain, String zone, Instant time, Instant start, Instant end, String why) {
        assertThat(grain.containing(time, ZoneId.of(zone))).as(why).isEqualTo(new Span(start, end));
    }
}
