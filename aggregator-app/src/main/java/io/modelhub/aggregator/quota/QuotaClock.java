package io.modelhub.aggregator.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What "now" is for the current day and month of a key. */
public enum QuotaClock {
    /** The wall clock. */
    WALL {
        @Override
        Instant now(Instant wallClock, @Nullable Instant lastUsedAt, Instant called) {
            return wallClock;
        }
    },
    /** The time of the key's latest call: for tests, replays and what-if runs, whose results don't depend on when they run. */
    STREAM {
        @Override
        Instant now(Instant wallClock, @Nullable Instant lastUsedAt, Instant called) {
            return lastUsedAt == null || called.isAfter(lastUsedAt) ? called : lastUsedAt;
        }
    };

    abstract Instant now(Instant wallClock, @Nullable Instant lastUsedAt, Instant called);
}
