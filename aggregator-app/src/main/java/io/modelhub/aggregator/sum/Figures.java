package io.modelhub.aggregator.sum;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Writes sums into published records, which have the same figures under the same names. */
public final class Figures {

    private Figures() {}

    /** Sets the fields of calls, tokens and money. */
    public static void put(SpecificRecord record, UsageSum usage) {
        set(record, "requests", usage.requests());
        set(record, "errors", usage.errors());
        set(record, "timeouts", usage.timeouts());
        set(record, "tokens_input", usage.tokensInput());
        set(record, "tokens_output", usage.tokensOutput());
        set(record, "tokens_input_cached", usage.tokensInputCached());
        set(record, "tokens_cache_write", usage.tokensCacheWrite());
        set(record, "tokens_reasoning", usage.tokensReasoning());
        set(record, "cost", usage.cost());
        set(record, "unpriced_requests", usage.unpricedRequests());
    }

    /** Sets the fields of latencies. */
    public static void put(SpecificRecord record, LatencySum latency) {
        set(record, "latency_count", latency.count());
        set(record, "latency_sum_ms", latency.sumMs());
        set(record, "latency_min_ms", latency.minMs());
        set(record, "latency_max_ms", latency.maxMs());
        set(record, "latency_p50_ms", orNull(latency.quantileMs(0.50)));
        set(record, "latency_p95_ms", orNull(latency.quantileMs(0.95)));
        set(record, "latency_p99_ms", orNull(latency.quantileMs(0.99)));
        set(record, "latency_sketch", ByteBuffer.wrap(latency.sketchBytes()));
    }

    /** @param field its name; there is one, and of this type */
    public static void set(SpecificRecord record, String field, @Nullable Object value) {
        record.put(record.getSchema().getField(field).pos(), value);
    }

    private static @Nullable Double orNull(OptionalDouble quantile) {
        return quantile.isPresent() ? quantile.getAsDouble() : null;
    }
}
