package io.modelhub.local.reconcile;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was spent with one API key, call by call. */
final class KeySpend {

    /** @param cost US dollars; zero for a call without a price */
    private record Spend(int partition, Instant time, BigDecimal cost) {}

    private final List<Spend> calls = new ArrayList<>();
    private final List<UsageCorrection> corrections = new ArrayList<>();
    private @Nullable Instant lastUsedAt;

    /** @param call with its cost; calls of one partition come in their order */
    void add(Placed<ModelMetrics> call) {
        ModelMetrics usage = call.value();
        if (usage == null) {
            throw new IllegalArgumentException("a call without a value was counted");
        }
        calls.add(new Spend(
                call.partition(), usage.getTimestamp(), usage.getCost() == null ? BigDecimal.ZERO : usage.getCost()));
        if (lastUsedAt == null || usage.getTimestamp().isAfter(lastUsedAt)) {
            lastUsedAt = usage.getTimestamp();
        }
    }

    void add(UsageCorrection correction) {
        corrections.add(correction);
    }

    boolean isCorrected() {
        return !corrections.isEmpty();
    }

    List<UsageCorrection> corrections() {
        return corrections;
    }

    /** Time of the latest call; null where there was none. */
    @Nullable
    Instant lastUsedAt() {
        return lastUsedAt;
    }

    List<Instant> times() {
        return calls.stream().map(Spend::time).toList();
    }

    /** All that was spent in a period, in US dollars. */
    BigDecimal in(Span period) {
        BigDecimal spent = BigDecimal.ZERO.setScale(12);
        for (Spend call : calls) {
            if (period.holds(call.time)) {
                spent = spent.add(call.cost);
            }
        }
        for (UsageCorrection correction : corrections) {
            if (period.holds(correctedSpan(correction))) {
                spent = spent.add(correction.getDifference());
            }
        }
        return spent;
    }

    static Span correctedSpan(UsageCorrection correction) {
        return new Span(correction.getRangeStart(), correction.getRangeEnd());
    }

    /**
     * What was spent in a period, in US dollars, by calls that the aggregator must have read before any call of a later time:
     * stream time stood in the period then, however it interleaved the partitions. What is above it in {@link #in} may have
     * come late.
     */
    BigDecimal inTime(Span period) {
        Map<Integer, Instant> latest = new HashMap<>();
        for (Spend call : calls) {
            latest.merge(call.partition, call.time, KeySpend::later);
        }
        Map<Integer, Instant> latestSoFar = new HashMap<>();
        BigDecimal spent = BigDecimal.ZERO.setScale(12);
        for (Spend call : calls) {
            boolean first = latest.entrySet().stream()
                    .allMatch(partition -> isBefore(
                            period.end(),
                            call.partition != Placed.SEVERAL && partition.getKey() == call.partition
                                    ? latestSoFar.get(call.partition)
                                    : partition.getValue()));
            if (period.holds(call.time) && first) {
                spent = spent.add(call.cost);
            }
            latestSoFar.merge(call.partition, call.time, KeySpend::later);
        }
        return spent;
    }

    private static boolean isBefore(Instant end, @Nullable Instant time) {
        return time == null || time.isBefore(end);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
