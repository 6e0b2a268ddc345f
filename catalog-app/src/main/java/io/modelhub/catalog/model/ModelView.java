package io.modelhub.catalog.model;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model as answers show it.
 *
 * @param costInput with the other rates and the tiers: the price as last stated for good, which may begin shortly. So an
 *     answer can be edited and sent back without taking an announced price back. Null: the model has no price.
 * @param priceEffectiveFrom when that price begins; null: it always held, or there is none
 * @param prices all periods, planned ones included, by rising beginning
 */
record ModelView(
        UUID uuid,
        String id,
        String provider,
        String name,
        @Nullable String version,
        ModelType modelType,
        List<String> capabilities,
        @JsonRawValue String config,
        @Nullable BigDecimal costInput,
        @Nullable BigDecimal costOutput,
        @Nullable BigDecimal costInputCached,
        @Nullable BigDecimal costCacheWrite,
        @Nullable BigDecimal costReasoning,
        List<PriceView.Tier> tiers,
        @Nullable Instant priceEffectiveFrom,
        List<PriceView.Period> prices,
        @Nullable Long contextWindow,
        EntityStatus status,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    static ModelView of(PricedModel priced) {
        Model model = priced.model();
        PricePeriod standing = priced.standing().orElse(null);
        Rates rates = standing == null ? null : standing.price().rates();
        return new ModelView(
                model.uuid(),
                model.id(),
                model.provider(),
                model.name(),
                model.version(),
                model.modelType(),
                model.capabilities(),
                model.config(),
                rates == null ? null : rates.input(),
                rates == null ? null : rates.output(),
                rates == null ? null : rates.inputCached(),
                rates == null ? null : rates.cacheWrite(),
                rates == null ? null : rates.reasoning(),
                standing == null ? List.of() : PriceView.Tier.of(standing.price()),
                standing == null ? null : standing.effectiveFrom(),
                PriceView.Period.of(priced.prices()),
                model.contextWindow(),
                model.status(),
                model.displayName(priced.providerName()),
                model.revision(),
                model.updatedAt());
    }

    /** Its provider's name changes without a revision of the model, and so does the price that stands. */
    @Override
    public String entityTag() {
        return revision + "-" + Integer.toHexString(Objects.hash(displayName, priceEffectiveFrom));
    }

    @Override
    public String location() {
        return "/v1/models/" + uuid;
    }
}
