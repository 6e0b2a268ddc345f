package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a limit that never changes makes of calls whose order is known, in stream time: every event of one cause, in its order.
 * The rules of {@code docs/quotas.md} once more, by other code.
 */
final class QuotaReplay {

    /**
     * An event that must be there.
     *
     * @param which the last part of its id: the n of a turn on or off, or the threshold
     */
    record Event(QuotaEventType type, Span period, String which, BigDecimal limit) {

        String id(String apiKey, QuotaCause cause) {
            return "%s:%s:%s:%s".formatted(apiKey, cause, period.start(), which);
        }
    }

    private final QuotaCause cause;
    private final BigDecimal limit;
    private final ZoneId zone;
    private final List<Integer> thresholds;
    private final List<Event> events = new ArrayList<>();

    private Instant now = Instant.MIN;
    private @Nullable Span period;
    private BigDecimal spent = BigDecimal.ZERO;
    private int turns;
    private int told;

    private QuotaReplay(QuotaCause cause, BigDecimal limit, ZoneId zone, List<Integer> thresholds) {
        this.cause = cause;
        this.limit = limit;
        this.zone = zone;
        this.thresholds = thresholds;
    }

    /**
     * @param calls in the order in which they are counted
     * @param thresholds in per cent of the limit, rising
     */
    static List<Event> events(
            QuotaCause cause, BigDecimal limit, ZoneId zone, List<Integer> thresholds, List<KeySpend.Call> calls) {
        QuotaReplay replay = new QuotaReplay(cause, limit, zone, thresholds);
        calls.forEach(replay::count);
        return replay.events;
    }

    private void count(KeySpend.Call call) {
        if (call.time().isAfter(now)) {
            now = call.time();
        }
        Span current = currentPeriod();
        if (current.holds(call.time())) {
            spent = spent.add(call.cost());
        }
        compare(current);
    }

    private Span currentPeriod() {
        Span before = period;
        if (before != null && now.isBefore(before.end())) {
            return before;
        }
        if (before != null && isOff()) {
            turn(QuotaEventType.KEY_ENABLED, before);
        }
        Span next = Grain.of(cause).containing(now, zone);
        period = next;
        spent = BigDecimal.ZERO;
        turns = 0;
        told = 0;
        return next;
    }

    private void compare(Span current) {
        for (int percent : thresholds) {
            BigDecimal threshold = limit.multiply(BigDecimal.valueOf(percent, 2));
            if (limit.signum() > 0 && percent > told && spent.compareTo(threshold) >= 0) {
                told = percent;
                events.add(new Event(QuotaEventType.THRESHOLD_REACHED, current, percent + "%", limit));
            }
        }
        if (!isOff() && spent.compareTo(limit) >= 0) {
            turn(QuotaEventType.KEY_DISABLED, current);
        }
    }

    /** Turns alternate, and a period begins with the key on. */
    private boolean isOff() {
        return turns % 2 == 1;
    }

    private void turn(QuotaEventType type, Span turned) {
        turns++;
        events.add(new Event(type, turned, Integer.toString(turns), limit));
    }
}
