package io.modelhub.aggregator.quota;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What a key may spend, as the catalog says now.
 *
 * @param organization whose key it is; null: shared, or unknown to the catalog
 * @param zone of the key's days and months
 * @param daily US dollars per calendar day; null: no limit
 * @param monthly US dollars per calendar month; null: no limit
 */
public record QuotaLimits(
        @Nullable String organization,
        ZoneId zone,
        @Nullable BigDecimal daily,
        @Nullable BigDecimal monthly) {

    /** As IANA names it. */
    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Of a key that the catalog doesn't know: its spend is counted and limited by nothing. */
    public static final QuotaLimits NONE = new QuotaLimits(null, UTC, null, null);

    /** Periods are in UTC until the calendars of organizations are built. */
    public static QuotaLimits of(@Nullable APIKey key) {
        return key == null
                ? NONE
                : new QuotaLimits(key.getOrganization(), UTC, key.getDailyQuota(), key.getMonthlyQuota());
    }

    @Nullable
    BigDecimal limit(QuotaCause cause) {
        return cause == QuotaCause.DAY ? daily : monthly;
    }
}
