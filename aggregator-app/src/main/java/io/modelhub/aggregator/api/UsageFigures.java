package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.UsageRows;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.aggregator.sum.UsageSum;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The figures of a window, a group or a total. */
record UsageFigures(
        @Nullable String organization,
        @Nullable String provider,
        @Nullable String model,
        @Nullable String apiKey,
        @Nullable Instant windowStart,
        @Nullable Instant windowEnd,
        long requests,
        long errors,
        long timeouts,
        long tokensInput,
        long tokensOutput,
        long tokensInputCached,
        long tokensCacheWrite,
        long tokensReasoning,
        String cost,
        long unpricedRequests,
        long duplicates,
        long latencyCount,
        long latencySumMs,
        @Nullable Long latencyMinMs,
        @Nullable Long latencyMaxMs,
        @Nullable Double latencyP50Ms,
        @Nullable Double latencyP95Ms,
        @Nullable Double latencyP99Ms) {

    static UsageFigures of(CallSum total) {
        return of(new UsageRows.Row(null, null, null, null, null, null, total));
    }

    static UsageFigures of(UsageRows.Row row) {
        UsageSum usage = row.sum().usage();
        LatencySum latency = row.sum().latency();
        return new UsageFigures(
                row.organization(),
                row.provider(),
                row.model(),
                row.apiKey(),
                row.start(),
                row.end(),
                usage.requests(),
                usage.errors(),
                usage.timeouts(),
                usage.tokensInput(),
                usage.tokensOutput(),
                usage.tokensInputCached(),
                usage.tokensCacheWrite(),
                usage.tokensReasoning(),
                usage.cost().toPlainString(),
                usage.unpricedRequests(),
                usage.duplicates(),
                latency.count(),
                latency.sumMs(),
                latency.minMs(),
                latency.maxMs(),
                orNull(latency.quantileMs(0.50)),
                orNull(latency.quantileMs(0.95)),
                orNull(latency.quantileMs(0.99)));
    }

    private static @Nullable Double orNull(OptionalDouble quantile) {
        return quantile.isPresent() ? quantile.getAsDouble() : null;
    }
}
