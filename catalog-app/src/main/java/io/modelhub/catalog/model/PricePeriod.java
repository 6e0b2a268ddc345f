package io.modelhub.catalog.model;

import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A price and from when on it holds; it ends where the model's next one begins.
 *
 * @param effectiveFrom inclusive; null: from the beginning of time (a model's first price)
 */
record PricePeriod(@Nullable Instant effectiveFrom, Price price) {

    ModelPrice published() {
        Rates rates = price.rates();
        return ModelPrice.newBuilder()
                .setEffectiveFrom(effectiveFrom)
                .setCostInput(rates.input())
                .setCostOutput(rates.output())
                .setCostInputCached(rates.inputCached())
                .setCostCacheWrite(rates.cacheWrite())
                .setCostReasoning(rates.reasoning())
                .setTiers(publishedTiers())
                .build();
    }

    private List<PriceTier> publishedTiers() {
        return price.tiers().stream()
                .map(tier -> PriceTier.newBuilder()
                        .setAboveInputTokens(tier.aboveInputTokens())
                        .setCostInput(tier.rates().input())
                        .setCostOutput(tier.rates().output())
                        .setCostInputCached(tier.rates().inputCached())
                        .setCostCacheWrite(tier.rates().cacheWrite())
                        .setCostReasoning(tier.rates().reasoning())
                        .build())
                .toList();
    }
}
