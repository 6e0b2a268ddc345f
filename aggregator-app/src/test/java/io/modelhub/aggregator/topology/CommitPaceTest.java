package io.modelhub.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {

    private static final long NOW = 1_764_400_000_000L;

    private final Backlog backlog = new Backlog();
    private final CommitPace pace = new CommitPace(backlog);

    @Test
    void nothingIsCommittedThatWasNotRead() {
        assertThat(pace.isDue(NOW)).isFalse();

        pace.read();
        assertThat(pace.isDue(NOW)).isTrue();

        commit(NOW, 5);
        assertThat(pace.isDue(NOW + 1_000)).isFalse();

        pace.changed();
        assertThat(pace.isDue(NOW + 1_000)).isTrue();
    }

    @Test
    void aTaskWithLittleToDoCommitsAfterATickWhateverACommitTakes() {
        read(49);
        commit(NOW, 40);

        read(1);
        assertThat(pace.isDue(NOW + 49)).isFalse();
        assertThat(pace.isDue(NOW + 50)).isTrue();
        assertThat(pace.isWatchful()).isFalse();
    }

    @Test
    void aBusyTaskWaitsWhereNoLimitIsNear() {
        read(50);
        commit(NOW, 20);

        read(1_000);
        assertThat(pace.isWatchful()).isTrue();
        assertThat(pace.isDue(NOW + 20 + 99)).isFalse();
        assertThat(pace.isDue(NOW + 20 + 100)).isTrue();
    }

    @Test
    void aLimitThatIsNearIsWaitedForAsLongAsTheLastCommitTook() {
        read(50);
        commit(NOW, 20);

        read(1);
        pace.hurry();
        assertThat(pace.isWatchful()).isFalse(); // It is known: nobody has to look.
        assertThat(pace.isDue(NOW + 20 + 19)).isFalse();
        assertThat(pace.isDue(NOW + 20 + 20)).isTrue();
    }

    @Test
    void aHurryIsOverWithItsCommit() {
        read(50);
        pace.hurry();
        commit(NOW, 10);
        read(50);
        assertThat(pace.isDue(NOW + 10 + 99)).isFalse();
    }

    @Test
    void betweenTwoCommitsLieATickAtLeastAndFiveAtMost() {
        read(50);
        commit(NOW, 1);
        read(50);
        pace.hurry();
        assertThat(pace.isDue(NOW + 1 + 9)).isFalse();
        assertThat(pace.isDue(NOW + 1 + 10)).isTrue();

        commit(NOW + 20, 400);
        read(50);
        pace.hurry();
        assertThat(pace.isDue(NOW + 420 + 49)).isFalse();
        assertThat(pace.isDue(NOW + 420 + 50)).isTrue();
    }

    @Test
    void whatWaitsToBeReadComesFirstForAQuarterOfASecond() {
        backlog.read(NOW - 3, NOW);
        read(50);
        commit(NOW, 10);
        backlog.read(NOW - 3, NOW + 50);
        read(50);
        pace.hurry();

        assertThat(pace.isDue(NOW + 10 + 249)).isFalse();
        assertThat(pace.isDue(NOW + 10 + 250)).isTrue();

        backlog.read(NOW + 100, NOW + 104);
        assertThat(pace.isDue(NOW + 104)).isTrue();
    }

    @Test
    void theEndOfACommitIsToldOnce() {
        pace.read();
        pace.begin(NOW);
        assertThat(pace.end(NOW + 5)).isTrue();
        assertThat(pace.end(NOW + 6)).isFalse();
    }

    private void read(int records) {
        for (int i = 0; i < records; i++) {
            pace.read();
        }
    }

    /** Of what is read by now. */
    private void commit(long at, long took) {
        pace.begin(at);
        pace.end(at + took);
    }
}
