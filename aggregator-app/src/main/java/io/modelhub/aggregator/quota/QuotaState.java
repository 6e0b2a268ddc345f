package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.quota.QuotaChange.Reason;
import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a key has spent in its current day and month, and whether that disables it. Immutable: each step gives the next state
 * and the changes that others must learn, and is a function of its arguments alone. {@code docs/quotas.md} has the rules.
 *
 * @param limits that hold for it, as it was last told
 * @param deleted whether the catalog had the key and has it no more
 * @param lastUsedAt time of the latest call with the key; null: none yet
 */
public record QuotaState(
        QuotaLimits limits,
        boolean deleted,
        PeriodSpend day,
        PeriodSpend month,
        @Nullable Instant lastUsedAt) {

    /**
     * What happened to a state.
     *
     * @param changes in the order in which they happened
     */
    public record Step(QuotaState before, QuotaState state, List<QuotaChange> changes) {

        /** This step and another one after it, as one. */
        Step then(Function<QuotaState, Step> next) {
            Step last = next.apply(state);
            if (changes.isEmpty()) {
                return new Step(before, last.state, last.changes);
            }
            return new Step(
                    before,
                    last.state,
                    Stream.concat(changes.stream(), last.changes.stream()).toList());
        }

        /**
         * Whether the key may not spend after a change, for its cause or the other one. A cause that clears and opens again
         * within the step doesn't enable: who follows the events alone never lets a key through that the next event closes.
         *
         * @param index of the change
         */
        boolean disabledAfter(int index) {
            Set<QuotaCause> open = EnumSet.noneOf(QuotaCause.class);
            open.addAll(before.causes());
            for (QuotaChange change : changes.subList(0, index + 1)) {
                if (change instanceof QuotaChange.Disabled) {
                    open.add(change.cause());
                } else if (change instanceof QuotaChange.Enabled) {
                    open.remove(change.cause());
                }
            }
            boolean opensAgain = changes.get(index) instanceof QuotaChange.Enabled
                    && changes.stream().skip(index).anyMatch(QuotaChange.Disabled.class::isInstance);
            return !open.isEmpty() || opensAgain;
        }
    }

    /** A key seen for the first time: nothing is spent, and {@link #at} tells it its limits. */
    public static QuotaState begin(Instant now, ZoneId zone) {
        return new QuotaState(
                QuotaLimits.UNKNOWN,
                false,
                PeriodSpend.begin(CalendarPeriod.containing(now, CalendarUnit.DAY, zone)),
                PeriodSpend.begin(CalendarPeriod.containing(now, CalendarUnit.MONTH, zone)),
                null);
    }

    /** Whether the key may spend. */
    public boolean enabled() {
        return !day.disabling() && !month.disabling();
    }

    /** The limits that are reached. */
    public List<QuotaCause> causes() {
        return Stream.of(day, month)
                .filter(PeriodSpend::disabling)
                .map(PeriodSpend::cause)
                .toList();
    }

    /** When the clock has to look at the key though nobody uses it: the next end of a period that means anything. */
    public @Nullable Instant due() {
        Instant dayEnd = day.leavesSomething() ? day.period().end() : null;
        Instant monthEnd = month.leavesSomething() ? month.period().end() : null;
        if (dayEnd == null || monthEnd == null) {
            return dayEnd == null ? monthEnd : dayEnd;
        }
        return dayEnd.isBefore(monthEnd) ? dayEnd : monthEnd;
    }

    /**
     * The state at a moment, with what the catalog says then. A period that has ended gives way to the one that contains the
     * moment, however many were skipped, and a cause that it held ends with it, under the limit that it had. Then the limits
     * are compared as they are now. A moment before the current periods ends none: time doesn't run backwards.
     *
     * @param zone of the key's days and months from the next ones on: what has begun isn't cut again
     * @param thresholds in per cent of a limit, rising
     */
    public Step at(Instant now, ZoneId zone, QuotaLimits catalog, List<Integer> thresholds) {
        boolean told = !catalog.equals(limits);
        if (!told
                && now.isBefore(day.period().end())
                && now.isBefore(month.period().end())) {
            return new Step(this, this, List.of());
        }
        boolean gone = limits.known() && !catalog.known();
        Reason otherLimit = gone ? Reason.KEY_DELETED : Reason.QUOTA_CHANGED;
        List<QuotaChange> changes = new ArrayList<>();
        PeriodSpend dayNow = at(day, now, zone, changes);
        PeriodSpend monthNow = at(month, now, zone, changes);
        QuotaState next = new QuotaState(
                catalog,
                gone || deleted && !catalog.known(),
                compare(dayNow, catalog, dayNow == day ? otherLimit : Reason.LIMIT_REACHED, thresholds, changes),
                compare(monthNow, catalog, monthNow == month ? otherLimit : Reason.LIMIT_REACHED, thresholds, changes),
                lastUsedAt);
        return new Step(this, next, changes);
    }

    /**
     * The state after a spend. It counts to the current day and month if its time is in them; to a later one when that
     * begins; to an earlier one no more, for only current periods disable.
     */
    Step plus(KeySpend spend, List<Integer> thresholds) {
        boolean latest = lastUsedAt == null || spend.lastUsedAt().isAfter(lastUsedAt);
        return compared(
                day.plus(spend),
                month.plus(spend),
                latest ? spend.lastUsedAt() : lastUsedAt,
                Reason.LIMIT_REACHED,
                thresholds);
    }

    /**
     * The state after usage that was counted turns out to have cost more or less. No call was made by it.
     *
     * @param time of the usage
     * @param amount US dollars by which the cost changes; negative: it was less
     */
    Step correctedBy(Instant time, BigDecimal amount, List<Integer> thresholds) {
        return compared(day.plus(time, amount), month.plus(time, amount), lastUsedAt, Reason.CORRECTION, thresholds);
    }

    private Step compared(
            PeriodSpend newDay,
            PeriodSpend newMonth,
            @Nullable Instant usedAt,
            Reason reason,
            List<Integer> thresholds) {
        List<QuotaChange> changes = new ArrayList<>();
        QuotaState next = new QuotaState(
                limits,
                deleted,
                compare(newDay, limits, reason, thresholds, changes),
                compare(newMonth, limits, reason, thresholds, changes),
                usedAt);
        return new Step(this, next, changes);
    }

    /**
     * Whether a call, with those that come while it is committed, may reach a limit that isn't reached: a guess.
     *
     * @param time of the call, epoch milliseconds
     * @param costPicos of the call, in 10^-12 US dollars
     */
    boolean isNear(long time, long costPicos) {
        return day.isNear(limits.daily(), time, costPicos) || month.isNear(limits.monthly(), time, costPicos);
    }

    /** Whether a limit is reached of which nobody could read yet. */
    boolean unheard() {
        return isUnheard(day) || isUnheard(month);
    }

    private static boolean isUnheard(PeriodSpend spend) {
        return spend.breach() != null && spend.breach().readableAt() == null;
    }

    /** The limits reached so far could be read from this moment on. */
    QuotaState readable(Instant at) {
        return new QuotaState(limits, deleted, readable(day, at), readable(month, at), lastUsedAt);
    }

    private static PeriodSpend readable(PeriodSpend spend, Instant at) {
        return spend.breach() == null ? spend : spend.with(spend.breach().readable(at));
    }

    /** The same object where the period hasn't ended. */
    private PeriodSpend at(PeriodSpend spend, Instant now, ZoneId zone, List<QuotaChange> changes) {
        if (now.isBefore(spend.period().end())) {
            return spend;
        }
        if (spend.breach() != null) {
            changes.add(new QuotaChange.Enabled(
                    spend.cleared(), limits.limit(spend.cause()), spend.breach().overshoot(), Reason.PERIOD_ENDED));
        }
        return spend.followedBy(now, zone);
    }

    /** Holds what is spent against the limit: tells each threshold once, opens or clears the cause. */
    private static PeriodSpend compare(
            PeriodSpend counted,
            QuotaLimits limits,
            Reason reason,
            List<Integer> thresholds,
            List<QuotaChange> changes) {
        PeriodSpend spend = counted;
        BigDecimal limit = limits.limit(spend.cause());
        if (limit != null && limit.signum() > 0) {
            for (int percent : thresholds) {
                if (percent > spend.threshold() && isSpent(spend, limit, percent)) {
                    spend = spend.withThreshold(percent);
                    changes.add(new QuotaChange.ThresholdReached(spend, limit, percent));
                }
            }
        }
        Breach breach = spend.breach();
        if (limit != null && spend.spent().compareTo(limit) >= 0) {
            BigDecimal past = spend.spent().subtract(limit);
            if (breach != null) {
                return spend.with(breach.atMost(past));
            }
            // A limit that came down, or a cost that went up, is no spend after the limit was reached.
            PeriodSpend opened = spend.opened(new Breach(reason == Reason.LIMIT_REACHED ? past : Usd.ZERO, null));
            changes.add(new QuotaChange.Disabled(opened, limit, reason));
            return opened;
        }
        if (breach != null) {
            PeriodSpend cleared = spend.cleared();
            changes.add(new QuotaChange.Enabled(cleared, limit, breach.overshoot(), reason));
            return cleared;
        }
        return spend;
    }

    private static boolean isSpent(PeriodSpend spend, BigDecimal limit, int percent) {
        return spend.spent().movePointRight(2).compareTo(limit.multiply(BigDecimal.valueOf(percent))) >= 0;
    }
}
