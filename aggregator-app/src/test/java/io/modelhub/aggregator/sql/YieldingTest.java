package io.modelhub.aggregator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long push queries read nothing, by what they used, by the time and by how far the counting is behind. */
class YieldingTest {

    private static final long MS = 1_000_000;
    private static final double TENTH = 0.1;

    private long now = 1_000 * MS;
    private long lag = 50_001;

    /** A tenth of two processors, once the counting is behind by more than 50,000. */
    private final Yielding yielding =
            new Yielding(new PushLimits(100, 1_000_000, 50_000, TENTH), 2, () -> lag, () -> now);

    @Test
    void restsAsLongAsTheShareNeedsForWhatWasUsed() {
        assertThat(yielding.rest()).isZero();
        yielding.use(20 * MS);
        assertThat(yielding.rest()).isEqualTo(Duration.ofMillis(100));
        now += 60 * MS;
        assertThat(yielding.rest()).isEqualTo(Duration.ofMillis(40));
        yielding.use(2 * MS);
        assertThat(yielding.rest()).isEqualTo(Duration.ofMillis(50));
        now += 50 * MS;
        assertThat(yielding.rest()).isZero();
    }

    @Test
    void savesNothingUpWhileNothingIsUsed() {
        now += 3_600_000 * MS;
        yielding.use(20 * MS);
        assertThat(yielding.rest()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void holdsNothingBackWhileTheCountingKeepsUp() {
        lag = 50_000;
        yielding.use(20 * MS);
        assertThat(yielding.rest()).isZero();
    }

    @Test
    void goesOnOnceTheCountingHasCaughtUp() {
        yielding.use(200 * MS);
        assertThat(yielding.rest()).isEqualTo(Duration.ofSeconds(1));
        lag = 0;
        now += 100 * MS;
        assertThat(yielding.rest()).as("the lag is looked at now and then").isEqualTo(Duration.ofMillis(900));
        now += 100 * MS;
        assertThat(yielding.rest()).isZero();
        lag = 60_000;
        yielding.use(2 * MS);
        now += 200 * MS;
        yielding.use(2 * MS);
        assertThat(yielding.rest()).as("what was used before is forgotten").isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void restsForNoMoreThanTwoSeconds() {
        yielding.use(60_000 * MS);
        assertThat(yielding.rest()).isEqualTo(Duration.ofSeconds(2));
    }

    /** Ten seconds of batches that each take 7 ms of the processor, read whenever they may be. */
    @Test
    void usesItsShareInTheLongRunAndNoMore() {
        long used = 0;
        long end = now + 10_000 * MS;
        while (now < end) {
            Duration rest = yielding.rest();
            now += rest.toNanos();
            now += 7 * MS;
            used += 7 * MS;
            yielding.use(7 * MS);
        }
        assertThat(used)
                .as("a fifth of a processor at most; a sixth, as the time in which one reader works pays nothing off")
                .isBetween(1_600 * MS, 2_000 * MS);
    }
}
