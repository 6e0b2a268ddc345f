package io.modelhub.catalog.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model as answers show it.
 *
 * @param costInput with the other rates and the tiers: the price as last stated, which may begin shortly. So an answer can be
 *     edited and sent back without taking an announced price back. Null: the model has no price.
 * @param priceEffectiveFrom when that price begins; null: it always held, or there is none
 * @param prices all periods, by rising beginning
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
        List<TierView> tiers,
        @Nullable Instant priceEffectiveFrom,
        List<PeriodView> prices,
        @Nullable Long contextWindow,
        EntityStatus status,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RatesView(
            BigDecimal costInput,
            BigDecimal costOutput,
            @Nullable BigDecimal costInputCached,
            @Nullable BigDecimal costCacheWrite,
            @Nullable BigDecimal costReasoning) {

        static RatesView of(Rates rates) {
            return new RatesView(
                    rates.input(), rates.output(), rates.inputCached(), rates.cacheWrite(), rates.reasoning());
        }
    }

    record TierView(long aboveInputTokens, @JsonUnwrapped RatesView rates) {

        static List<TierView> of(Price price) {
            return price.tiers().stream()
                    .map(tier -> new TierView(tier.aboveInputTokens(), RatesView.of(tier.rates())))
                    .toList();
        }
    }

    record PeriodView(
            @Nullable Instant effectiveFrom, @JsonUnwrapped RatesView rates, List<TierView> tiers) {

        static PeriodView of(PricePeriod period) {
            return new PeriodView(
                    period.effectiveFrom(), RatesView.of(period.price().rates()), TierView.of(period.price()));
        }
    }

    static ModelView of(PricedModel priced) {
        Model model = priced.model();
        List<PricePeriod> periods = priced.prices();
        PricePeriod latest = periods.isEmpty() ? null : periods.get(periods.size() - 1);
        Rates rates = latest == null ? null : latest.price().rates();
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
                latest == null ? List.of() : TierView.of(latest.price()),
                latest == null ? null : latest.effectiveFrom(),
                periods.stream().map(PeriodView::of).toList(),
                model.contextWindow(),
                model.status(),
                model.displayName(priced.providerName()),
                model.revision(),
                model.updatedAt());
    }

    /** Its provider's name changes without a revision of the model. */
    @Override
    public String entityTag() {
        return revision + "-" + Integer.toHexString(displayName.hashCode());
    }

    @Override
    public String location() {
        return "/v1/models/" + uuid;
    }
}
