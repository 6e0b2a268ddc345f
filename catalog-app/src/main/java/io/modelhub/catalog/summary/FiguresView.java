package io.modelhub.catalog.summary;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What some calls come to.
 *
 * @param errorRate errors and timeouts as a share of the requests; null without requests
 * @param cost US dollars, exact
 * @param unpricedRequests calls that are not in the cost
 */
record FiguresView(
        long requests,
        long errors,
        long timeouts,
        @Nullable Double errorRate,
        TokensView tokens,
        BigDecimal cost,
        long unpricedRequests,
        LatencyView latency) {

    /**
     * @param input those read from or written to a cache included
     * @param output reasoning included
     */
    record TokensView(long input, long output, long inputCached, long cacheWrite, long reasoning) {}

    /**
     * In milliseconds; null where nothing was measured.
     *
     * @param count calls with a measured latency
     * @param p50 percentiles are within 1 % of the true ones
     */
    record LatencyView(
            long count,
            @Nullable Double mean,
            @Nullable Long min,
            @Nullable Long max,
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99) {}

    static FiguresView of(Counted.Row row) {
        return new FiguresView(
                row.requests(),
                row.errors(),
                row.timeouts(),
                row.requests() == 0 ? null : (row.errors() + row.timeouts()) / (double) row.requests(),
                new TokensView(
                        row.tokensInput(),
                        row.tokensOutput(),
                        row.tokensInputCached(),
                        row.tokensCacheWrite(),
                        row.tokensReasoning()),
                row.cost(),
                row.unpricedRequests(),
                new LatencyView(
                        row.latencyCount(),
                        row.latencyCount() == 0 ? null : row.latencySumMs() / (double) row.latencyCount(),
                        row.latencyMinMs(),
                        row.latencyMaxMs(),
                        row.latencyP50Ms(),
                        row.latencyP95Ms(),
                        row.latencyP99Ms()));
    }
}
