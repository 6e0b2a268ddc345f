package io.modelhub.local.reconcile;

import java.time.Instant;

/** A stretch of time, half-open: [start, end). */
record Span(Instant start, Instant end) {

    /** All that can be said of a time: no timestamp on a topic is outside it. */
    static final Span ALWAYS = new Span(Instant.ofEpochMilli(Long.MIN_VALUE), Instant.ofEpochMilli(Long.MAX_VALUE));

    boolean holds(Instant time) {
        return !time.isBefore(start) && time.isBefore(end);
    }

    /** Whether another one lies in it whole. */
    boolean holds(Span other) {
        return !other.start.isBefore(start) && !other.end.isAfter(end);
    }

    Span from(Instant later) {
        return later.isAfter(start) ? new Span(later, end) : this;
    }
}
