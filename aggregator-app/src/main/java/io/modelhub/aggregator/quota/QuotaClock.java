package io.modelhub.aggregator.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What "now" is for the current day and month of a key. */
public enum QuotaClock {
    /** The wall clock: it goes on without any call. */
    WALL {
        @Override
        Instant atCall(Instant wallClock, @Nullable Instant lastUsedAt, Instant called) {
            return wallClock;
        }

        @Override
        public @Nullable Instant idle(Instant wallClock, @Nullable Instant lastUsedAt) {
            return wallClock;
        }
    },
    /**
     * The time of the key's latest call: for tests, replays and what-if runs, whose results don't depend on when they run. It
     * stands still without calls: a period ends with the first call after it, and a key that was never used has no periods yet.
     */
    STREAM {
        @Override
        Instant atCall(Instant wallClock, @Nullable Instant lastUsedAt, Instant called) {
            return lastUsedAt == null || called.isAfter(lastUsedAt) ? called : lastUsedAt;
        }

        @Override
        public @Nullable Instant idle(Instant wallClock, @Nullable Instant lastUsedAt) {
            return lastUsedAt;
        }
    };

    /**
     * Now, when a call comes.
     *
     * @param lastUsedAt time of the key's latest call before; null: there was none
     * @param called time of the call
     */
    abstract Instant atCall(Instant wallClock, @Nullable Instant lastUsedAt, Instant called);

    /**
     * Now, when none comes; null: there is no now for the key.
     *
     * @param lastUsedAt time of the key's latest call; null: there was none
     */
    public abstract @Nullable Instant idle(Instant wallClock, @Nullable Instant lastUsedAt);
}
