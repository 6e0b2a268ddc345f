package io.modelhub.aggregator.topology;

import java.time.Duration;

/**
 * How often a task commits live events. Where it has little to do, at once: nobody waits for what a commit costs. Where it is
 * busy, commits take their time from the work: it works for as long as its last commit took where a limit may be near, for longer
 * where none is, and on where more waits to be read. ADR 90, ADR 155.
 *
 * <p>A function of what it is told; all times are of one clock, in epoch milliseconds. One thread.
 */
final class CommitPace {

    /** What a task does between two commits at least. */
    static final Duration TICK = Duration.ofMillis(10);

    /** A busy task works for the time that the last commit took, but no longer than this. */
    private static final Duration LONGEST_WORK = Duration.ofMillis(50);

    /** While no limit is near it works this long: nobody waits for more than to see what was spent. */
    private static final Duration UNHURRIED = Duration.ofMillis(100);

    /** Where more than that waits to be read it goes on until it is worked off, but no longer than this: it would fall behind. */
    private static final Duration LONGEST_CATCHING_UP = Duration.ofMillis(250);

    /** A task that had fewer records since the last commit isn't busy. */
    private static final int FEW_RECORDS = 50;

    private final Backlog backlog;
    private long began;
    private long ended;
    private long next;
    private int records;
    private boolean isUncommitted;
    private boolean isBegun;
    private boolean isBusy;
    private boolean isHurried;

    /** @param backlog of the task */
    CommitPace(Backlog backlog) {
        this.backlog = backlog;
    }

    /** A record is worked off. */
    void read() {
        isUncommitted = true;
        records++;
    }

    /** Something else is to be committed. */
    void changed() {
        isUncommitted = true;
    }

    /** Whether it matters that a limit is near. */
    boolean isWatchful() {
        return isBusy && !isHurried;
    }

    /** A limit may be near. */
    void hurry() {
        isHurried = true;
    }

    /** A commit begins. */
    void begin(long now) {
        isUncommitted = false;
        isHurried = false;
        isBusy = records >= FEW_RECORDS;
        records = 0;
        isBegun = true;
        began = now;
    }

    /**
     * To be called when the task is run, which it isn't during a commit.
     *
     * @return whether a commit has ended since the last time
     */
    boolean end(long now) {
        if (!isBegun) {
            return false;
        }
        isBegun = false;
        ended = now;
        next = now + (isBusy ? work(now - began) : TICK.toMillis());
        return true;
    }

    /** Whether it is time to commit what was read and is live. */
    boolean isDue(long now) {
        return isUncommitted && now >= next && !(isBusy && (isUnhurried(now) || isCatchingUp(now)));
    }

    private static long work(long lastCommit) {
        return Math.max(TICK.toMillis(), Math.min(LONGEST_WORK.toMillis(), lastCommit));
    }

    private boolean isUnhurried(long now) {
        return !isHurried && now - ended < UNHURRIED.toMillis();
    }

    private boolean isCatchingUp(long now) {
        return !backlog.isWorkedOff() && now - ended < LONGEST_CATCHING_UP.toMillis();
    }
}
