package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a key may spend, as the catalog says. An operator's {@code is_active} is no part of it: that is another fact.
 *
 * @param known whether the catalog has the key; the spend of one that it hasn't is counted and limited by nothing
 * @param organization whose key it is; null: shared, or unknown
 * @param daily US dollars per calendar day; null: no limit
 * @param monthly US dollars per calendar month; null: no limit
 */
public record QuotaLimits(
        boolean known,
        @Nullable String organization,
        @Nullable BigDecimal daily,
        @Nullable BigDecimal monthly) {

    /** Of a key that the catalog hasn't. */
    public static final QuotaLimits UNKNOWN = new QuotaLimits(false, null, null, null);

    /** @param key null: the catalog hasn't got it */
    public static QuotaLimits of(@Nullable APIKey key) {
        return key == null
                ? UNKNOWN
                : new QuotaLimits(
                        true, key.getOrganization(), scaled(key.getDailyQuota()), scaled(key.getMonthlyQuota()));
    }

    @Nullable
    BigDecimal limit(QuotaCause cause) {
        return cause == QuotaCause.DAY ? daily : monthly;
    }

    /** One form per amount, so that equal limits are equal. */
    private static @Nullable BigDecimal scaled(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.setScale(Usd.SCALE);
    }
}
