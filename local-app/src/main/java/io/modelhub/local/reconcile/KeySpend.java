package io.modelhub.local.reconcile;

import static java.util.Comparator.comparing;

import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was spent with one API key, call by call. */
final class KeySpend {

    /**
     * @param route see {@link #add}
     * @param cost US dollars; zero for a call without a price
     */
    record Call(int route, long offset, Instant time, BigDecimal cost) {}

    private final List<Call> calls = new ArrayList<>();
    private final List<UsageCorrection> corrections = new ArrayList<>();
    private @Nullable Instant lastUsedAt;

    /**
     * @param route on which the call comes to its key's home: calls on one route keep the order of their offsets, those on
     *     several interleave as it happens. {@link Placed#SEVERAL} where copies came on several.
     * @param call with its cost; they may be added in any order
     */
    void add(int route, Placed<ModelMetrics> call) {
        ModelMetrics usage = call.value();
        if (usage == null) {
            throw new IllegalArgumentException("a call without a value was counted");
        }
        calls.add(new Call(
                route,
                call.offset(),
                usage.getTimestamp(),
                usage.getCost() == null ? BigDecimal.ZERO : usage.getCost()));
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
        return calls.stream().map(Call::time).toList();
    }

    /** All that was spent in a period, in US dollars. */
    BigDecimal in(Span period) {
        BigDecimal spent = BigDecimal.ZERO.setScale(12);
        for (Call call : calls) {
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

    /** All calls as they are counted one after the other; empty where that isn't known. */
    Optional<List<Call>> inOrder() {
        boolean oneRoute =
                calls.stream().map(Call::route).distinct().count() == 1 && calls.get(0).route != Placed.SEVERAL;
        return oneRoute ? Optional.of(byOffset()) : Optional.empty();
    }

    private List<Call> byOffset() {
        return calls.stream().sorted(comparing(Call::offset)).toList();
    }

    /**
     * What was spent in a period, in US dollars, by calls that the aggregator must have read before any call of a later time:
     * stream time stood in the period then, however it interleaved the routes. What is above it in {@link #in} may have come
     * late. Empty where there is no such call: the period may never have been the current one.
     */
    Optional<BigDecimal> inTime(Span period) {
        Map<Integer, Instant> latest = new HashMap<>();
        for (Call call : calls) {
            latest.merge(call.route, call.time, KeySpend::later);
        }
        Map<Integer, Instant> latestSoFar = new HashMap<>();
        List<BigDecimal> costs = new ArrayList<>();
        for (Call call : byOffset()) {
            boolean first = latest.entrySet().stream()
                    .allMatch(route -> isBefore(
                            period.end(),
                            call.route != Placed.SEVERAL && route.getKey() == call.route
                                    ? latestSoFar.get(call.route)
                                    : route.getValue()));
            if (period.holds(call.time) && first) {
                costs.add(call.cost);
            }
            latestSoFar.merge(call.route, call.time, KeySpend::later);
        }
        return costs.stream().reduce(BigDecimal::add);
    }

    private static boolean isBefore(Instant end, @Nullable Instant time) {
        return time == null || time.isBefore(end);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
