package io.modelhub.catalog.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the aggregator answers, in its own shape. A field that is missing makes an answer unreadable: it is never taken for 0. */
final class Counted {

    private Counted() {}

    /**
     * Figures of [from, to).
     *
     * @param asOf when they were read
     * @param committed false: what is about to be committed may be in them
     * @param complete false: the time reaches behind what is kept
     */
    record Usage(
            String zone,
            Instant from,
            Instant to,
            Instant asOf,
            boolean committed,
            boolean complete,
            List<Row> rows,
            Row total) {

        Usage {
            Required.all(zone, from, to, asOf, rows, total);
        }

        Usage withoutRows() {
            return new Usage(zone, from, to, asOf, committed, complete, List.of(), total);
        }
    }

    record Row(
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
            BigDecimal cost,
            long unpricedRequests,
            long latencyCount,
            long latencySumMs,
            @Nullable Long latencyMinMs,
            @Nullable Long latencyMaxMs,
            @Nullable Double latencyP50Ms,
            @Nullable Double latencyP95Ms,
            @Nullable Double latencyP99Ms) {

        Row {
            Required.all(cost);
        }
    }

    record Quotas(List<Quota> keys) {

        Quotas {
            Required.all(keys);
        }
    }

    record Quota(
            String apiKey,
            @Nullable String organization,
            String zone,
            boolean enabled,
            List<String> causes,
            Spend day,
            Spend month) {

        Quota {
            Required.all(apiKey, zone, causes, day, month);
        }
    }

    /** @param limit US dollars; null: none */
    record Spend(Instant start, Instant end, @Nullable BigDecimal limit, BigDecimal spent) {

        Spend {
            Required.all(start, end, spent);
        }
    }

    private static final class Required {

        static void all(@Nullable Object... values) {
            for (Object value : values) {
                if (value == null) {
                    throw new IllegalArgumentException("a field that is always there is null");
                }
            }
        }
    }
}
