package io.modelhub.local.usage;

import java.time.Instant;

/** A stretch of time, half-open: [start, end). */
public record Span(Instant start, Instant end) {

    /** All that can be said of a time: no timestamp on a topic is outside it. */
    public static final Span ALWAYS =
            new Span(Instant.ofEpochMilli(Long.MIN_VALUE), Instant.ofEpochMilli(Long.MAX_VALUE));

    public boolean holds(Instant time) {
        return !time.isBefore(start) && time.isBefore(end);
    }

    /** Whether another one lies in it whole. */
    public boolean holds(Span other) {
        return !other.start.isBefore(start) && !other.end.isAfter(end);
    }

    public Span from(Instant later) {
        return later.isAfter(start) ? new Span(later, end) : this;
    }
}
