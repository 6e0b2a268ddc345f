package io.modelhub.local.torture;

import io.modelhub.local.platform.Instance;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends one process, starts it again after a pause, and says how long it takes until it is ready. Its {@link #look} is to be
 * called again and again by one thread; attacks come from another.
 */
final class Keeper {

    private final Instance instance;

    private boolean isDown;
    private long startAt;
    private boolean losesState;

    private boolean isStarting;
    private boolean isMeasured;
    private long startedAt;

    /**
     * A process that was killed is ready again.
     *
     * @param fromNothing whether its state had been deleted
     */
    record Restored(double seconds, boolean fromNothing) {}

    /** What a look found. */
    sealed interface Look {
        /** It runs, or is to be started later. */
        record Fine() implements Look {}

        record Ready(Optional<Restored> restored) implements Look {}

        /** Nobody attacked it. It is started again. */
        record Ended() implements Look {}
    }

    Keeper(Instance instance) {
        this.instance = instance;
    }

    Instance instance() {
        return instance;
    }

    /** As {@code kill -9}. @param losesState whether to delete its state before it is started again */
    synchronized void kill(Duration pause, boolean losesState) throws InterruptedException {
        instance.kill();
        isDown = true;
        isMeasured = true;
        this.losesState = losesState;
        startAt = System.nanoTime() + pause.toNanos();
    }

    /** Lets it end in order. */
    synchronized void stop(Duration pause) {
        instance.stop();
        isDown = true;
        isMeasured = false;
        losesState = false;
        startAt = System.nanoTime() + pause.toNanos();
    }

    synchronized boolean isUp() {
        return !isDown && instance.isAlive();
    }

    synchronized boolean isReady() {
        return isUp() && !isStarting;
    }

    synchronized Look look() throws InterruptedException {
        if (isDown) {
            if (System.nanoTime() >= startAt) {
                start();
            }
            return new Look.Fine();
        }
        if (!instance.isAlive()) {
            isMeasured = false;
            losesState = false;
            start();
            return new Look.Ended();
        }
        if (isStarting && instance.isReady()) {
            isStarting = false;
            double seconds = (System.nanoTime() - startedAt) / 1e9;
            return new Look.Ready(isMeasured ? Optional.of(new Restored(seconds, losesState)) : Optional.empty());
        }
        return new Look.Fine();
    }

    private void start() {
        if (losesState) {
            instance.loseState();
        }
        instance.start();
        startedAt = System.nanoTime();
        isDown = false;
        isStarting = true;
    }
}
