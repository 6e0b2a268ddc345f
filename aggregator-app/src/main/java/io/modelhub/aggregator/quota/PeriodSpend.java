package io.modelhub.aggregator.quota;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a key spent in one period, and what has come of it. Immutable.
 *
 * @param period the day or month
 * @param spent US dollars so far
 * @param disabling whether its limit is reached: the key may not spend
 * @param changes how often the limit was reached or left in this period; part of the events' ids
 * @param threshold the highest threshold fired in this period, in per cent of the limit; 0 for none
 * @param overshoot US dollars past the limit at the moment that it was reached; null where it isn't
 */
public record PeriodSpend(
        CalendarPeriod period,
        BigDecimal spent,
        boolean disabling,
        int changes,
        int threshold,
        @Nullable BigDecimal overshoot) {

    static PeriodSpend begin(CalendarPeriod period, BigDecimal spent) {
        return new PeriodSpend(period, spent, false, 0, 0, null);
    }

    PeriodSpend plus(BigDecimal amount) {
        return new PeriodSpend(period, spent.add(amount), disabling, changes, threshold, overshoot);
    }

    PeriodSpend reached(BigDecimal limit) {
        return new PeriodSpend(period, spent, true, changes + 1, threshold, spent.subtract(limit));
    }

    PeriodSpend cleared() {
        return new PeriodSpend(period, spent, false, changes + 1, threshold, null);
    }

    PeriodSpend withThreshold(int percent) {
        return new PeriodSpend(period, spent, disabling, changes, percent, overshoot);
    }
}
