package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What some counted calls add up to. Changed in place; one thread at a time. */
final class UsageSums {

    /** Fields of a window by the quantile that they show. */
    private static final Map<String, Double> QUANTILES =
            new TreeMap<>(Map.of("latency_p50_ms", 0.50, "latency_p95_ms", 0.95, "latency_p99_ms", 0.99));

    private long requests;
    private long errors;
    private long timeouts;
    private long tokensInput;
    private long tokensOutput;
    private long tokensInputCached;
    private long tokensCacheWrite;
    private long tokensReasoning;
    private BigDecimal cost = BigDecimal.ZERO.setScale(12);
    private long unpriced;
    private @Nullable Instant lastUsedAt;

    /** All of them, in milliseconds; at most seven days each. The first {@link #latencyCount} are filled. */
    private int[] latencies = new int[1];

    private int latencyCount;

    /** @param call with the cost that it counts with, null where it has no price */
    void add(ModelMetrics call) {
        requests++;
        errors += call.getStatus() == CallStatus.Error ? 1 : 0;
        timeouts += call.getStatus() == CallStatus.Timeout ? 1 : 0;
        tokensInput += call.getTokensInput();
        tokensOutput += call.getTokensOutput();
        tokensInputCached += call.getTokensInputCached();
        tokensCacheWrite += call.getTokensCacheWrite();
        tokensReasoning += call.getTokensReasoning();
        if (call.getCost() == null) {
            unpriced++;
        } else {
            cost = cost.add(call.getCost());
        }
        if (lastUsedAt == null || call.getTimestamp().isAfter(lastUsedAt)) {
            lastUsedAt = call.getTimestamp();
        }
        if (call.getLatencyMs() != null) {
            if (latencyCount == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * latencyCount);
            }
            latencies[latencyCount++] = Math.toIntExact(call.getLatencyMs());
        }
    }

    /** Calls that had no price are priced by a correction that has one. */
    void add(UsageCorrection correction) {
        cost = cost.add(correction.getDifference());
        unpriced -= correction.getOldPrice() == null ? correction.getRequests() : 0;
        unpriced += correction.getNewPrice() == null ? correction.getRequests() : 0;
    }

    /** The counts and amounts of other calls; not their latencies. */
    void add(UsageSums others) {
        requests += others.requests;
        errors += others.errors;
        timeouts += others.timeouts;
        tokensInput += others.tokensInput;
        tokensOutput += others.tokensOutput;
        tokensInputCached += others.tokensInputCached;
        tokensCacheWrite += others.tokensCacheWrite;
        tokensReasoning += others.tokensReasoning;
        cost = cost.add(others.cost);
        unpriced += others.unpriced;
    }

    /** What a result about a span of time must say of these calls. */
    ExpectedRecord inWindow(Span span) {
        int[] rising = Arrays.copyOf(latencies, latencyCount);
        Arrays.sort(rising);
        ExpectedRecord window = new ExpectedRecord()
                .with("window_start", span.start())
                .with("window_end", span.end())
                .with("requests", requests)
                .with("errors", errors)
                .with("timeouts", timeouts)
                .with("tokens_input", tokensInput)
                .with("tokens_output", tokensOutput)
                .with("tokens_input_cached", tokensInputCached)
                .with("tokens_cache_write", tokensCacheWrite)
                .with("tokens_reasoning", tokensReasoning)
                .with("cost", cost)
                .with("unpriced_requests", unpriced)
                .with("latency_count", (long) latencyCount)
                .with("latency_sum_ms", Arrays.stream(rising).asLongStream().sum())
                .with("latency_min_ms", latencyCount == 0 ? null : (Long) (long) rising[0])
                .with("latency_max_ms", latencyCount == 0 ? null : (Long) (long) rising[latencyCount - 1]);
        // The rank that DDSketch defines for a quantile.
        QUANTILES.forEach((field, quantile) -> {
            if (latencyCount == 0) {
                window.with(field, null);
            } else {
                window.near(field, rising[(int) (quantile * (latencyCount - 1))]);
            }
        });
        return window;
    }

    /** @param model null: several, together */
    ModelUsage ofModel(@Nullable String model) {
        return ModelUsage.newBuilder()
                .setModel(model)
                .setRequests(requests)
                .setErrors(errors)
                .setTimeouts(timeouts)
                .setTokensInput(tokensInput)
                .setTokensOutput(tokensOutput)
                .setTokensInputCached(tokensInputCached)
                .setTokensCacheWrite(tokensCacheWrite)
                .setTokensReasoning(tokensReasoning)
                .setCost(cost)
                .setUnpricedRequests(unpriced)
                .build();
    }

    long requests() {
        return requests;
    }

    /** US dollars. */
    BigDecimal cost() {
        return cost;
    }

    /** Time of the latest call; null where there was none. */
    @Nullable
    Instant lastUsedAt() {
        return lastUsedAt;
    }

    @Override
    public String toString() {
        return text(requests, cost);
    }

    static String text(long requests, BigDecimal cost) {
        return "%d requests, %s US dollars".formatted(requests, cost.toPlainString());
    }
}
