package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which spend the aggregator must have seen while its period was the current one, in stream time. */
class KeySpendTest {

    private static final Span DAY =
            new Span(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-02T00:00:00Z"));
    private static final Instant EARLIER = Instant.parse("2026-02-28T23:00:00Z");
    private static final Instant IN = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-02T00:00:00Z");

    private final KeySpend spend = new KeySpend();
    private long offset;

    @Test
    void inOnePartitionTheOffsetsTellWhatCameLate() {
        spent(0, IN, "1");
        spent(0, EARLIER, "10"); // out of order, of another day
        spent(0, IN, "2");
        spent(0, LATER, "100");
        spent(0, IN, "4"); // late

        assertThat(spend.in(DAY)).isEqualByComparingTo("7");
        assertThat(spend.inTime(DAY)).isEqualByComparingTo("3");
    }

    @Test
    void anotherPartitionMayHaveBeenReadFirst() {
        spent(0, IN, "1");
        spent(1, LATER, "100");

        assertThat(spend.in(DAY)).isEqualByComparingTo("1");
        assertThat(spend.inTime(DAY)).isEqualByComparingTo("0");
    }

    @Test
    void anotherPartitionDoesNotMatterWhileItHasNothingLater() {
        spent(0, IN, "1");
        spent(1, IN, "2");
        spent(1, EARLIER, "10");
        spent(0, LATER, "100");

        // What is in partition 1 may have been read after the later call of partition 0.
        assertThat(spend.inTime(DAY)).isEqualByComparingTo("1");
        assertThat(spend.in(DAY)).isEqualByComparingTo("3");
    }

    @Test
    void anEventInSeveralPartitionsIsInTimeOnlyIfNothingIsLater() {
        spent(Placed.SEVERAL, IN, "1");
        assertThat(spend.inTime(DAY)).isEqualByComparingTo("1");

        spent(0, LATER, "100");
        assertThat(spend.inTime(DAY)).isEqualByComparingTo("0");
    }

    private void spent(int partition, Instant time, String cost) {
        spend.add(new Placed<>(
                "k",
                partition,
                offset++,
                time,
                Logs.call("e", time).setCost(new BigDecimal(cost)).build()));
    }
}
