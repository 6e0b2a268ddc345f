package io.modelhub.catalog.summary;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a quota is reached if a key goes on spending as it did in its period so far: spent / time since the period began. Exact
 * but for the last millisecond and the last place, both rounded towards caution.
 *
 * @param outcome what to expect
 * @param reachedAt the first moment at which the spend is at the limit; null unless that is expected
 * @param usdPerHour the rate; null while the period has no past
 * @param atEndOfPeriod US dollars that are spent by its end at that rate; null while the period has no past
 */
record QuotaForecast(
        Outcome outcome,
        @Nullable Instant reachedAt,
        @Nullable BigDecimal usdPerHour,
        @Nullable BigDecimal atEndOfPeriod) {

    private static final int PLACES = 12;
    private static final BigDecimal HOUR_MS =
            BigDecimal.valueOf(Duration.ofHours(1).toMillis());

    /** What is expected of a period. */
    enum Outcome {
        /** The limit is reached already. */
        REACHED,
        /** It will be, before the period ends. */
        REACHED_IN_PERIOD,
        /** It won't be before the period ends. */
        NOT_IN_PERIOD,
        /** There is no limit. */
        NO_LIMIT
    }

    /**
     * @param limit US dollars; null: none
     * @param spent US dollars from the start until now
     * @param end exclusive
     */
    static QuotaForecast of(@Nullable BigDecimal limit, BigDecimal spent, Instant start, Instant end, Instant now) {
        BigDecimal elapsed = BigDecimal.valueOf(Duration.between(start, now).toMillis());
        boolean hasPast = elapsed.signum() > 0;
        BigDecimal usdPerHour = hasPast ? spent.multiply(HOUR_MS).divide(elapsed, PLACES, RoundingMode.UP) : null;
        BigDecimal atEnd = hasPast
                ? spent.multiply(BigDecimal.valueOf(Duration.between(start, end).toMillis()))
                        .divide(elapsed, PLACES, RoundingMode.UP)
                : null;
        if (limit == null) {
            return new QuotaForecast(Outcome.NO_LIMIT, null, usdPerHour, atEnd);
        }
        if (spent.compareTo(limit) >= 0) {
            return new QuotaForecast(Outcome.REACHED, null, usdPerHour, atEnd);
        }
        if (!hasPast || spent.signum() == 0) {
            return new QuotaForecast(Outcome.NOT_IN_PERIOD, null, usdPerHour, atEnd);
        }
        // Compared before it is turned into a date, which a small spend would put beyond the end of all calendars.
        BigDecimal untilLimit = elapsed.multiply(limit).divide(spent, 0, RoundingMode.UP);
        if (untilLimit.compareTo(BigDecimal.valueOf(Duration.between(start, end).toMillis())) >= 0) {
            return new QuotaForecast(Outcome.NOT_IN_PERIOD, null, usdPerHour, atEnd);
        }
        return new QuotaForecast(
                Outcome.REACHED_IN_PERIOD, start.plusMillis(untilLimit.longValueExact()), usdPerHour, atEnd);
    }
}
