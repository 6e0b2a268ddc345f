package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a key spent in one period, and what has come of it. Immutable.
 *
 * @param period the day or month
 * @param spent US dollars so far, with 12 places
 * @param ahead US dollars by time, of usage whose time is past the end of the period: clocks of senders may be ahead. It
 *     counts to the period that it is in once that begins
 * @param changes how often the limit was reached or left in this period: the n in the events' ids
 * @param threshold the highest threshold fired in this period, in per cent of the limit then; 0 for none
 * @param breach how the limit was reached; null where it isn't
 */
public record PeriodSpend(
        CalendarPeriod period,
        BigDecimal spent,
        NavigableMap<Instant, BigDecimal> ahead,
        int changes,
        int threshold,
        @Nullable Breach breach) {

    /** So many calls of a key, or a thousandth of its limit, may come while one is committed: who needs more has a limit for minutes. */
    private static final BigDecimal CALLS_MEANWHILE = BigDecimal.valueOf(5);

    private static final NavigableMap<Instant, BigDecimal> NOTHING = Collections.emptyNavigableMap();

    static PeriodSpend begin(CalendarPeriod period) {
        return new PeriodSpend(period, Usd.ZERO, NOTHING, 0, 0, null);
    }

    public QuotaCause cause() {
        return period.unit() == CalendarUnit.DAY ? QuotaCause.DAY : QuotaCause.MONTH;
    }

    /** Whether its limit is reached: the key may not spend. */
    public boolean disabling() {
        return breach != null;
    }

    /** US dollars accepted after the limit was reached and before that could be read; null where it isn't reached. */
    public @Nullable BigDecimal overshoot() {
        return breach == null ? null : breach.overshoot();
    }

    /** See {@link QuotaState#isNear}. */
    boolean isNear(@Nullable BigDecimal limit, long time, long costPicos) {
        if (limit == null) {
            return false;
        }
        boolean isOver = time >= period.end().toEpochMilli();
        if (disabling() && !isOver) {
            return false; // It is reached.
        }
        BigDecimal left = isOver ? limit : limit.subtract(spent);
        return left.compareTo(limit.movePointLeft(3)) <= 0
                || left.compareTo(BigDecimal.valueOf(costPicos, Usd.SCALE).multiply(CALLS_MEANWHILE)) <= 0;
    }

    /** Whether the end of the period means anything: an empty one needs nobody to end it. */
    boolean leavesSomething() {
        return disabling() || spent.signum() != 0 || !ahead.isEmpty();
    }

    /** The period that a later moment is in, with what was already spent in it. */
    PeriodSpend followedBy(Instant now, ZoneId zone) {
        CalendarPeriod next = period.followedBy(now, zone);
        BigDecimal spentInNext = ahead.subMap(next.start(), true, next.end(), false).values().stream()
                .reduce(Usd.ZERO, BigDecimal::add);
        NavigableMap<Instant, BigDecimal> later = ahead.tailMap(next.end(), true);
        return new PeriodSpend(next, spentInNext, later.isEmpty() ? NOTHING : new TreeMap<>(later), 0, 0, null);
    }

    /** What is of an earlier period is not counted here. */
    PeriodSpend plus(KeySpend spend) {
        PeriodSpend counted = plus(spend.time(), spend.amount());
        return breach == null || !period.contains(spend.time())
                ? counted
                : counted.with(breach.plus(spend.amount(), spend.appendedAt()));
    }

    /** @param amount US dollars, may be negative */
    PeriodSpend plus(Instant time, BigDecimal amount) {
        if (time.isBefore(period.start())) {
            return this;
        }
        if (time.isBefore(period.end())) {
            return new PeriodSpend(period, spent.add(amount), ahead, changes, threshold, breach);
        }
        TreeMap<Instant, BigDecimal> more = new TreeMap<>(ahead);
        more.merge(time, amount, BigDecimal::add);
        return new PeriodSpend(period, spent, more, changes, threshold, breach);
    }

    PeriodSpend opened(Breach how) {
        return new PeriodSpend(period, spent, ahead, changes + 1, threshold, how);
    }

    PeriodSpend cleared() {
        return new PeriodSpend(period, spent, ahead, changes + 1, threshold, null);
    }

    PeriodSpend with(Breach same) {
        return new PeriodSpend(period, spent, ahead, changes, threshold, same);
    }

    PeriodSpend withThreshold(int percent) {
        return new PeriodSpend(period, spent, ahead, changes, percent, breach);
    }
}
