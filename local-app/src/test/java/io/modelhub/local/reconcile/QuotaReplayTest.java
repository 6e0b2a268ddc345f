package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The events of one cause, worked out by hand from calls in their order. */
class QuotaReplayTest {

    private final List<KeySpend.Call> calls = new ArrayList<>();

    @Test
    void tellsEachThresholdAndTheLimitOnceAndClearsAtTheEndOfThePeriod() {
        call("2026-03-01T10:00:00Z", "4");
        call("2026-03-01T11:00:00Z", "5");
        call("2026-03-01T12:00:00Z", "1");
        call("2026-03-01T13:00:00Z", "7"); // it was off already
        call("2026-03-02T00:00:00Z", "1");

        assertThat(events(QuotaCause.DAY, "10", "UTC"))
                .containsExactly(
                        "THRESHOLD_REACHED 2026-03-01T00:00:00Z 50%",
                        "THRESHOLD_REACHED 2026-03-01T00:00:00Z 80%",
                        "THRESHOLD_REACHED 2026-03-01T00:00:00Z 95%",
                        "KEY_DISABLED 2026-03-01T00:00:00Z 1",
                        "KEY_ENABLED 2026-03-01T00:00:00Z 2");
    }

    @Test
    void aLateCallCountsToNoPeriodThatIsOver() {
        call("2026-03-01T23:59:59.999Z", "9");
        call("2026-03-02T00:00:00Z", "0");
        call("2026-03-01T12:00:00Z", "9");

        assertThat(events(QuotaCause.DAY, "10", "UTC"))
                .containsExactly(
                        "THRESHOLD_REACHED 2026-03-01T00:00:00Z 50%", "THRESHOLD_REACHED 2026-03-01T00:00:00Z 80%");
        assertThat(events(QuotaCause.MONTH, "18", "UTC")).contains("KEY_DISABLED 2026-03-01T00:00:00Z 1");
    }

    @Test
    void aPeriodIsThatOfTheZone() {
        call("2026-03-01T18:29:59Z", "5");
        call("2026-03-01T18:30:00Z", "5"); // midnight in Kolkata

        assertThat(events(QuotaCause.DAY, "10", "UTC")).contains("KEY_DISABLED 2026-03-01T00:00:00Z 1");
        assertThat(events(QuotaCause.DAY, "10", "Asia/Kolkata"))
                .containsExactly(
                        "THRESHOLD_REACHED 2026-02-28T18:30:00Z 50%", "THRESHOLD_REACHED 2026-03-01T18:30:00Z 50%");
    }

    @Test
    void aQuotaOfZeroIsReachedInEveryPeriodThatIsCurrentAndHasNoThresholds() {
        call("2026-03-01T12:00:00Z", "0");
        call("2026-03-03T12:00:00Z", "1");
        call("2026-03-02T12:00:00Z", "1"); // never the current day

        assertThat(events(QuotaCause.DAY, "0", "UTC"))
                .containsExactly(
                        "KEY_DISABLED 2026-03-01T00:00:00Z 1",
                        "KEY_ENABLED 2026-03-01T00:00:00Z 2",
                        "KEY_DISABLED 2026-03-03T00:00:00Z 1");
    }

    private void call(String time, String cost) {
        calls.add(new KeySpend.Call(0, calls.size(), Instant.parse(time), new BigDecimal(cost)));
    }

    private List<String> events(QuotaCause cause, String limit, String zone) {
        return QuotaReplay.events(cause, new BigDecimal(limit), ZoneId.of(zone), List.of(50, 80, 95), calls).stream()
                .map(event -> event.type() + " " + event.period().start() + " " + event.which())
                .toList();
    }
}
