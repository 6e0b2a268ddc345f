package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.usage.Logs;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
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
        assertThat(spend.inTime(DAY))
                .hasValueSatisfying(spent -> assertThat(spent).isEqualByComparingTo("3"));
    }

    @Test
    void anotherPartitionMayHaveBeenReadFirst() {
        spent(0, IN, "1");
        spent(1, LATER, "100");

        assertThat(spend.in(DAY)).isEqualByComparingTo("1");
        assertThat(spend.inTime(DAY)).isEmpty();
    }

    @Test
    void anotherPartitionDoesNotMatterWhileItHasNothingLater() {
        spent(0, IN, "1");
        spent(1, IN, "2");
        spent(1, EARLIER, "10");
        spent(0, LATER, "100");

        // What is in partition 1 may have been read after the later call of partition 0.
        assertThat(spend.inTime(DAY))
                .hasValueSatisfying(spent -> assertThat(spent).isEqualByComparingTo("1"));
        assertThat(spend.in(DAY)).isEqualByComparingTo("3");
    }

    @Test
    void anEventInSeveralPartitionsIsInTimeOnlyIfNothingIsLater() {
        spent(Placed.SEVERAL, IN, "1");
        assertThat(spend.inTime(DAY))
                .hasValueSatisfying(spent -> assertThat(spent).isEqualByComparingTo("1"));

        spent(0, LATER, "100");
        assertThat(spend.inTime(DAY)).isEmpty();
    }

    @Test
    void theOrderIsKnownOfCallsOnOneRoute() {
        spend.add(3, call(8, IN, "2"));
        spend.add(3, call(7, LATER, "1")); // read earlier, from another file
        assertThat(spend.inOrder())
                .contains(List.of(
                        new KeySpend.Call(3, 7, LATER, new BigDecimal("1.000000000000")),
                        new KeySpend.Call(3, 8, IN, new BigDecimal("2.000000000000"))));
        assertThat(spend.inTime(DAY)).isEmpty();

        spend.add(4, call(0, IN, "4"));
        assertThat(spend.inOrder()).isEmpty();
    }

    @Test
    void noOrderIsKnownOfAnEventInSeveralPartitions() {
        spent(Placed.SEVERAL, IN, "1");
        assertThat(spend.inOrder()).isEmpty();
    }

    private void spent(int route, Instant time, String cost) {
        spend.add(route, call(offset++, time, cost));
    }

    private static Placed<ModelMetrics> call(long offset, Instant time, String cost) {
        return new Placed<>(
                "k",
                0,
                offset,
                time,
                Logs.call("e", time).setCost(new BigDecimal(cost).setScale(12)).build());
    }
}
