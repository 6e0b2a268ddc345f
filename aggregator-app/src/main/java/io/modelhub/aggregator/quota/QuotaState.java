package io.modelhub.aggregator.quota;

import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a key has spent in its current day and month, and whether that disables it. Immutable: each step gives the next state
 * and the changes that others must learn, and is a function of its arguments alone.
 *
 * @param lastUsedAt time of the latest call with the key; null: none yet
 */
public record QuotaState(
        PeriodSpend day, PeriodSpend month, @Nullable Instant lastUsedAt) {

    /** A new state and what led to it, in the order in which it happened. */
    public record Step(QuotaState state, List<QuotaChange> changes) {}

    /**
     * A key seen for the first time.
     *
     * @param spentIn what was already spent in a period: calls may be ahead of the clock
     */
    public static QuotaState begin(QuotaLimits limits, Instant now, Function<CalendarPeriod, BigDecimal> spentIn) {
        return new QuotaState(
                current(QuotaCause.DAY, limits, now, spentIn), current(QuotaCause.MONTH, limits, now, spentIn), null);
    }

    /** Whether the key may spend. */
    public boolean enabled() {
        return !day.disabling() && !month.disabling();
    }

    /** The limits that are reached. */
    public List<QuotaCause> causes() {
        return Stream.of(day, month)
                .filter(PeriodSpend::disabling)
                .map(spend -> spend.period().cause())
                .toList();
    }

    /**
     * The state at a moment: a period that has ended gives way to the one that contains the moment, and a cause that it held
     * ends with it. A moment before the current periods changes nothing: time doesn't run backwards.
     *
     * @param spentIn what was already spent in a period that begins: calls may be ahead of the clock
     */
    public Step at(Instant now, QuotaLimits limits, Function<CalendarPeriod, BigDecimal> spentIn) {
        List<QuotaChange> changes = new ArrayList<>();
        PeriodSpend newDay = roll(day, limits, now, spentIn, changes);
        PeriodSpend newMonth = roll(month, limits, now, spentIn, changes);
        return new Step(new QuotaState(newDay, newMonth, lastUsedAt), changes);
    }

    /**
     * The state after a spend. It counts to the current day and month if its own time is in them; what it means for another
     * period is kept elsewhere. Limits are compared as they are now: a raised or removed one re-enables, too.
     *
     * @param time of the calls, any moment of a stretch that no period cuts
     * @param lastUsed time of the latest of the calls
     * @param amount US dollars
     * @param thresholds in per cent of a limit, rising
     */
    public Step plus(Instant time, Instant lastUsed, BigDecimal amount, QuotaLimits limits, List<Integer> thresholds) {
        List<QuotaChange> changes = new ArrayList<>();
        PeriodSpend newDay = spend(day, time, amount, limits, thresholds, changes);
        PeriodSpend newMonth = spend(month, time, amount, limits, thresholds, changes);
        Instant latest = lastUsedAt == null || lastUsed.isAfter(lastUsedAt) ? lastUsed : lastUsedAt;
        return new Step(new QuotaState(newDay, newMonth, latest), changes);
    }

    private static PeriodSpend current(
            QuotaCause cause, QuotaLimits limits, Instant now, Function<CalendarPeriod, BigDecimal> spentIn) {
        CalendarPeriod period = CalendarPeriod.containing(now, cause, limits.zone());
        return PeriodSpend.begin(period, spentIn.apply(period));
    }

    private static PeriodSpend roll(
            PeriodSpend spend,
            QuotaLimits limits,
            Instant now,
            Function<CalendarPeriod, BigDecimal> spentIn,
            List<QuotaChange> changes) {
        if (now.isBefore(spend.period().end())) {
            return spend;
        }
        QuotaCause cause = spend.period().cause();
        if (spend.disabling()) {
            changes.add(
                    new QuotaChange.Enabled(spend.cleared(), limits.limit(cause), spend.overshoot(), "period_ended"));
        }
        return current(cause, limits, now, spentIn);
    }

    private static PeriodSpend spend(
            PeriodSpend before,
            Instant time,
            BigDecimal amount,
            QuotaLimits limits,
            List<Integer> thresholds,
            List<QuotaChange> changes) {
        PeriodSpend spend = before.period().contains(time) ? before.plus(amount) : before;
        BigDecimal limit = limits.limit(spend.period().cause());
        boolean reached = limit != null && spend.spent().compareTo(limit) >= 0;
        if (limit != null && limit.signum() > 0) {
            for (int percent : thresholds) {
                if (percent > spend.threshold() && isSpent(spend, limit, percent)) {
                    spend = spend.withThreshold(percent);
                    changes.add(new QuotaChange.ThresholdReached(spend, limit, percent));
                }
            }
        }
        if (limit != null && reached && !spend.disabling()) {
            spend = spend.reached(limit);
            changes.add(new QuotaChange.Disabled(spend, limit));
        } else if (!reached && spend.disabling()) {
            BigDecimal overshoot = spend.overshoot();
            spend = spend.cleared();
            changes.add(new QuotaChange.Enabled(spend, limit, overshoot, "quota_changed"));
        }
        return spend;
    }

    private static boolean isSpent(PeriodSpend spend, BigDecimal limit, int percent) {
        return spend.spent().movePointRight(2).compareTo(limit.multiply(BigDecimal.valueOf(percent))) >= 0;
    }
}
