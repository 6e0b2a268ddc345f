package io.modelhub.aggregator.source;

import io.modelhub.schema.ModelMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether an event came in time: append time - horizon ≤ timestamp ≤ append time + 5 minutes. A function of the value and its
 * append time alone, so that anyone can recompute it from the log.
 *
 * @param horizon how far back in time an event may be; raise it to backfill
 */
public record Acceptance(Duration horizon) {

    /** How far the clocks of senders may be ahead. */
    public static final Duration AHEAD = Duration.ofMinutes(5);

    public Acceptance {
        if (horizon.isNegative() || horizon.isZero()) {
            throw new IllegalArgumentException("the acceptance horizon must be positive, not " + horizon);
        }
    }

    /** Whether a readable event is counted: it keeps the rules and came in time. */
    public boolean accepts(ModelMetrics usage, Instant appendTime) {
        return objection(usage, appendTime).isEmpty();
    }

    /** Why a readable event is not counted; empty where it is. */
    Optional<Rejection> objection(ModelMetrics usage, Instant appendTime) {
        Optional<Rejection> broken = UsageRules.broken(usage);
        return broken.isPresent() ? broken : objection(usage.getTimestamp(), appendTime);
    }

    /** Both in epoch milliseconds. */
    boolean isInTime(long timestamp, long appendTime) {
        return timestamp >= appendTime - horizon.toMillis() && timestamp <= appendTime + AHEAD.toMillis();
    }

    /** Why an event is not accepted; empty where it is. */
    Optional<Rejection> objection(Instant timestamp, Instant appendTime) {
        if (timestamp.isBefore(appendTime.minus(horizon))) {
            return Optional.of(new Rejection(
                    "late",
                    "timestamp",
                    "timestamp %s is more than %s before the record's append time %s"
                            .formatted(timestamp, horizon, appendTime)));
        }
        if (timestamp.isAfter(appendTime.plus(AHEAD))) {
            return Optional.of(new Rejection(
                    "from_the_future",
                    "timestamp",
                    "timestamp %s is more than %s after the record's append time %s"
                            .formatted(timestamp, AHEAD, appendTime)));
        }
        return Optional.empty();
    }
}
