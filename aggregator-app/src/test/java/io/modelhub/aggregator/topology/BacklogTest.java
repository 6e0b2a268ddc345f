package io.modelhub.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final long NOW = 1_764_400_000_000L;

    private Backlog backlog = new Backlog();

    @Test
    void nothingWaitsBeforeTheFirstRecord() {
        assertThat(backlog.isWorkedOff()).isTrue();
    }

    @Test
    void recordsThatGrowOldWait() {
        backlog.read(NOW - 3, NOW);
        assertThat(backlog.isWorkedOff()).isTrue();

        backlog.read(NOW - 3, NOW + 40);
        assertThat(backlog.isWorkedOff()).isFalse();

        backlog.read(NOW + 30, NOW + 45);
        assertThat(backlog.isWorkedOff()).isTrue();
    }

    /** The broker's clock is a second behind, or ahead: the age of what is read at once is a second more, or below nothing. */
    @Test
    void aClockThatIsWrongByASecondChangesNothing() {
        for (long wrong : new long[] {-1_000, 1_000}) {
            backlog = new Backlog();
            backlog.read(NOW - 3 + wrong, NOW);
            assertThat(backlog.isWorkedOff()).isTrue();

            backlog.read(NOW - 3 + wrong, NOW + 40);
            assertThat(backlog.isWorkedOff()).isFalse();
        }
    }

    @Test
    void aClockThatIsSetRightIsFollowedWithinTwentySeconds() {
        backlog.read(NOW - 3, NOW);
        for (int second = 1; second <= 20; second++) {
            backlog.read(NOW + second * 1_000L - 103, NOW + second * 1_000L);
        }
        assertThat(backlog.isWorkedOff()).isTrue();
    }
}
