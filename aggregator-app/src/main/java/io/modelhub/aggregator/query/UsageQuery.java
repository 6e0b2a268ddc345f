package io.modelhub.aggregator.query;

import io.modelhub.aggregator.window.Grain;
import java.time.Instant;
import java.util.Optional;

/**
 * Which windows to read. A window belongs to the answer when its start is in [from, to).
 *
 * @param organization slug, "-" for none; empty: every one
 * @param model identifier; empty: every one
 * @param from start of a window, inclusive
 * @param to start of a window, exclusive
 */
public record UsageQuery(
        Optional<String> organization, Optional<String> model, Grain grain, Instant from, Instant to, GroupBy groupBy) {

    /** What the windows are added up by. */
    public enum GroupBy {
        /** Nothing: one row per organization, model and window. */
        NONE,
        /** One row per organization over the whole time. */
        ORGANIZATION,
        /** One row per model over the whole time. */
        MODEL
    }
}
