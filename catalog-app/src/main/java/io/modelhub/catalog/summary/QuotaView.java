package io.modelhub.catalog.summary;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key's spend against its quotas.
 *
 * @param label null: the catalog doesn't know the key
 * @param zone of its periods
 * @param enabled whether its quotas let it spend
 * @param causes the limits that are reached
 */
record QuotaView(
        String apiKey,
        @Nullable String label,
        @Nullable String organization,
        String zone,
        boolean enabled,
        List<String> causes,
        PeriodView day,
        PeriodView month) {

    /** From this share of a limit on a key is near it. */
    private static final BigDecimal NEAR_PERCENT = BigDecimal.valueOf(80);

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /**
     * @param limit US dollars; null: none
     * @param left US dollars, 0 where the limit is reached; null without a limit
     * @param percent spent of the limit, rounded down to 2 places; null without a limit above 0
     */
    record PeriodView(
            Instant start,
            Instant end,
            @Nullable BigDecimal limit,
            BigDecimal spent,
            @Nullable BigDecimal left,
            @Nullable BigDecimal percent,
            ForecastView forecast) {

        static PeriodView of(Counted.Spend spend, Instant now) {
            BigDecimal limit = spend.limit();
            return new PeriodView(
                    spend.start(),
                    spend.end(),
                    limit,
                    spend.spent(),
                    limit == null ? null : limit.subtract(spend.spent()).max(BigDecimal.ZERO),
                    limit == null || limit.signum() == 0
                            ? null
                            : spend.spent().multiply(HUNDRED).divide(limit, 2, RoundingMode.DOWN),
                    ForecastView.of(QuotaForecast.of(limit, spend.spent(), spend.start(), spend.end(), now)));
        }

        private boolean isNear() {
            return limit != null && (percent == null || percent.compareTo(NEAR_PERCENT) >= 0);
        }
    }

    /**
     * @param basis what the rate is taken from
     * @param outcome reached, reached_in_period, not_in_period, no_limit
     */
    record ForecastView(
            String basis,
            String outcome,
            @Nullable Instant reachedAt,
            @Nullable BigDecimal usdPerHour,
            @Nullable BigDecimal atEndOfPeriod) {

        private static final String PERIOD_SO_FAR = "period_so_far";

        static ForecastView of(QuotaForecast forecast) {
            return new ForecastView(
                    PERIOD_SO_FAR,
                    forecast.outcome().name().toLowerCase(Locale.ROOT),
                    forecast.reachedAt(),
                    forecast.usdPerHour(),
                    forecast.atEndOfPeriod());
        }
    }

    static QuotaView of(Counted.Quota quota, @Nullable String label, Instant now) {
        ZoneId zone = ZoneId.of(quota.zone());
        LocalDate today = now.atZone(zone).toLocalDate();
        LocalDate month = today.withDayOfMonth(1);
        return new QuotaView(
                quota.apiKey(),
                label,
                quota.organization(),
                quota.zone(),
                quota.enabled(),
                quota.causes(),
                PeriodView.of(current(quota.day(), today, today.plusDays(1), zone, now), now),
                PeriodView.of(current(quota.month(), month, month.plusMonths(1), zone, now), now));
    }

    /** The aggregator turns a period over at the key's next call: until then nothing is spent in the one that contains now. */
    private static Counted.Spend current(
            Counted.Spend known, LocalDate first, LocalDate next, ZoneId zone, Instant now) {
        return now.isBefore(known.end())
                ? known
                : new Counted.Spend(
                        first.atStartOfDay(zone).toInstant(),
                        next.atStartOfDay(zone).toInstant(),
                        known.limit(),
                        BigDecimal.ZERO);
    }

    /** Whether one of its limits is reached or near. */
    boolean isNearOrOver() {
        return Stream.of(day, month).anyMatch(PeriodView::isNear);
    }
}
