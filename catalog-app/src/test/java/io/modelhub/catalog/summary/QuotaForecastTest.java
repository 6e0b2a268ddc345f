package io.modelhub.catalog.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.summary.QuotaForecast.Outcome;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaForecastTest {

    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
    private static final Instant END = Instant.parse("2026-11-24T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // limit, spent, now,              outcome,           reached at,              per hour,       by the
                // end
                "  10,    5,     2026-11-23T06:00:00Z, REACHED_IN_PERIOD, 2026-11-23T12:00:00Z,    0.833333333334, 20",
                // Reached at the very end: the next period has begun.
                "  10,    5,     2026-11-23T12:00:00Z, NOT_IN_PERIOD,     -,                       0.416666666667, 10",
                "  10,    2,     2026-11-23T12:00:00Z, NOT_IN_PERIOD,     -,                       0.166666666667, 4",
                "  10,    10,    2026-11-23T06:00:00Z, REACHED,           -,                       1.666666666667, 40",
                "  10,    12,    2026-11-23T06:00:00Z, REACHED,           -,                       2,              48",
                // Nothing may be spent.
                "  0,     0,     2026-11-23T06:00:00Z, REACHED,           -,                       0,              0",
                "  10,    0,     2026-11-23T06:00:00Z, NOT_IN_PERIOD,     -,                       0,              0",
                "  -,     5,     2026-11-23T06:00:00Z, NO_LIMIT,          -,                       0.833333333334, 20",
                // A call may be ahead of the clock: a period without a past has no rate.
                "  10,    5,     2026-11-23T00:00:00Z, NOT_IN_PERIOD,     -,                       -,              -",
                "  10,    12,    2026-11-23T00:00:00Z, REACHED,           -,                       -,              -",
                // The first millisecond: a rate like any other, said as it is.
                "  10,    1,     2026-11-23T00:00:00.001Z, REACHED_IN_PERIOD, 2026-11-23T00:00:00.010Z, 3600000, 86400000",
                // Rounded towards caution: never before the limit is reached.
                "  10,    3,     2026-11-23T00:00:00.001Z, REACHED_IN_PERIOD, 2026-11-23T00:00:00.004Z, 10800000, 259200000",
                // So little that no calendar holds the day on which it would be reached.
                "  99999999999999999999999999, 0.000000000001, 2026-11-23T06:00:00Z, NOT_IN_PERIOD, -, 0.000000000001, 0.000000000004"
            })
    void saysWhenTheLimitIsReachedAtTheRateOfThePeriodSoFar(
            BigDecimal limit,
            BigDecimal spent,
            Instant now,
            Outcome outcome,
            Instant reachedAt,
            BigDecimal usdPerHour,
            BigDecimal atEnd) {
        QuotaForecast forecast = QuotaForecast.of(limit, spent, START, END, now);
        assertThat(forecast.outcome()).isEqualTo(outcome);
        assertThat(forecast.reachedAt()).isEqualTo(reachedAt);
        assertThat(stripped(forecast.usdPerHour())).isEqualTo(stripped(usdPerHour));
        assertThat(stripped(forecast.atEndOfPeriod())).isEqualTo(stripped(atEnd));
    }

    private static BigDecimal stripped(BigDecimal amount) {
        return amount == null ? null : amount.stripTrailingZeros();
    }

    @Test
    void isExactWhereADoubleIsNot() {
        QuotaForecast forecast = QuotaForecast.of(
                new BigDecimal("12345678901234567890.000000000002"),
                new BigDecimal("12345678901234567890.000000000001"),
                START,
                END,
                END.minusMillis(2));
        assertThat(forecast.outcome()).isEqualTo(Outcome.REACHED_IN_PERIOD);
        assertThat(forecast.reachedAt()).isEqualTo(END.minusMillis(1));
    }
}
