package io.modelhub.catalog.performance;

import org.jspecify.annotations.Nullable;

/**
 * How a model did, over all organizations.
 *
 * @param requests calls, failed ones included
 * @param errorRate the share of calls that ended in an error or a timeout; null: there was no call
 * @param latencyP50Ms with the others: within 1 % of the true value; null: no latency was measured
 */
public record Performance(
        long requests,
        @Nullable Double errorRate,
        @Nullable Double latencyP50Ms,
        @Nullable Double latencyP95Ms,
        @Nullable Double latencyP99Ms) {

    /** No call. */
    public static final Performance NONE = new Performance(0, null, null, null, null);
}
