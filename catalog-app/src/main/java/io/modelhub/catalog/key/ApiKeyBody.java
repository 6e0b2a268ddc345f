package io.modelhub.catalog.key;

import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.check.Money;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of an API key, but for its provider.
 *
 * @param secret null: none is given
 */
record ApiKeyBody(
        @Nullable String organization,
        String label,
        @Nullable Secret secret,
        boolean isDefault,
        boolean isActive,
        @Nullable BigDecimal dailyQuota,
        @Nullable BigDecimal monthlyQuota) {

    static ApiKeyBody read(Fields fields) {
        return new ApiKeyBody(
                fields.has("organization") ? fields.organization("organization") : null,
                fields.requiredText("label", 200),
                secret(fields),
                fields.flag("is_default", false),
                fields.flag("is_active", true),
                fields.money("daily_quota", Money.AMOUNT),
                fields.money("monthly_quota", Money.AMOUNT));
    }

    private static @Nullable Secret secret(Fields fields) {
        String clear = fields.text("key", Secret.LONGEST);
        if (clear == null) {
            return null;
        }
        if (!clear.chars().allMatch(character -> character > ' ' && character <= '~')) {
            fields.report("key", "malformed", "must consist of printable ASCII characters without white space");
            return null;
        }
        if (clear.length() < Secret.SHORTEST) {
            fields.report("key", "length", "must have at least " + Secret.SHORTEST + " characters");
            return null;
        }
        return new Secret(clear);
    }
}
