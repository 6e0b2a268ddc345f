package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key as answers show it: never its secret.
 *
 * @param awaitsSecret whether the catalog was rebuilt from its topics and nobody has given the key its secret since
 * @param isActive the operator's switch
 * @param enabled whether its quotas let it spend, as the aggregator last said; true where it has said nothing
 * @param disabledCauses the limits that are reached
 * @param quota what it spent; null: the aggregator has said nothing of the key
 */
record ApiKeyView(
        UUID id,
        @Nullable String organization,
        String provider,
        String label,
        String fingerprint,
        boolean awaitsSecret,
        boolean isDefault,
        boolean isActive,
        @Nullable BigDecimal dailyQuota,
        @Nullable BigDecimal monthlyQuota,
        boolean enabled,
        List<QuotaCause> disabledCauses,
        @Nullable QuotaView quota,
        @Nullable Instant lastUsedAt,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    record QuotaView(String zone, PeriodView day, PeriodView month) {}

    /**
     * @param start inclusive
     * @param end exclusive
     * @param limit null: none
     * @param overshoot spent past the limit; null: it is not reached
     */
    record PeriodView(
            Instant start,
            Instant end,
            @Nullable BigDecimal limit,
            BigDecimal spent,
            @Nullable BigDecimal overshoot) {

        static PeriodView of(QuotaPeriod period) {
            return new PeriodView(
                    period.getStart(), period.getEnd(), period.getLimit(), period.getSpent(), period.getOvershoot());
        }
    }

    static ApiKeyView of(ApiKey key, @Nullable KeyQuotaState state) {
        return new ApiKeyView(
                key.id(),
                key.organization(),
                key.provider(),
                key.label(),
                key.fingerprint(),
                key.secret() == null,
                key.isDefault(),
                key.isActive(),
                key.dailyQuota(),
                key.monthlyQuota(),
                state == null || state.getEnabled(),
                state == null ? List.of() : state.getCauses(),
                state == null
                        ? null
                        : new QuotaView(
                                state.getZone(), PeriodView.of(state.getDay()), PeriodView.of(state.getMonth())),
                state == null ? null : state.getLastUsedAt(),
                key.toString(),
                key.revision(),
                key.updatedAt());
    }

    /** Its spending changes without a revision. */
    @Override
    public String entityTag() {
        return revision + "-" + Integer.toHexString(Objects.hash(enabled, String.valueOf(quota), lastUsedAt));
    }

    @Override
    public String location() {
        return "/v1/api-keys/" + id;
    }
}
