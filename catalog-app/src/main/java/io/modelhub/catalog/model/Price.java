package io.modelhub.catalog.model;

import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs.
 *
 * @param rates for every call, but for those that a tier covers
 * @param tiers by rising mark; the last one whose mark a call's input tokens pass holds for all of its tokens
 */
public record Price(Rates rates, List<Tier> tiers) {

    public Price {
        tiers = tiers.stream()
                .sorted(Comparator.comparingLong(Tier::aboveInputTokens))
                .toList();
    }

    /** @param aboveInputTokens the tier holds for calls with more input tokens than this */
    public record Tier(long aboveInputTokens, Rates rates) {

        private static Tier of(PriceTier published) {
            return new Tier(
                    published.getAboveInputTokens(),
                    new Rates(
                            published.getCostInput(),
                            published.getCostOutput(),
                            published.getCostInputCached(),
                            published.getCostCacheWrite(),
                            published.getCostReasoning()));
        }

        private PriceTier published() {
            return PriceTier.newBuilder()
                    .setAboveInputTokens(aboveInputTokens)
                    .setCostInput(rates.input())
                    .setCostOutput(rates.output())
                    .setCostInputCached(rates.inputCached())
                    .setCostCacheWrite(rates.cacheWrite())
                    .setCostReasoning(rates.reasoning())
                    .build();
        }
    }

    static Price of(ModelPrice published) {
        Rates rates = new Rates(
                published.getCostInput(),
                published.getCostOutput(),
                published.getCostInputCached(),
                published.getCostCacheWrite(),
                published.getCostReasoning());
        return new Price(rates, published.getTiers().stream().map(Tier::of).toList());
    }

    ModelPrice published(@Nullable Instant effectiveFrom, @Nullable Instant recordedAt, @Nullable String reason) {
        return ModelPrice.newBuilder()
                .setEffectiveFrom(effectiveFrom)
                .setCostInput(rates.input())
                .setCostOutput(rates.output())
                .setCostInputCached(rates.inputCached())
                .setCostCacheWrite(rates.cacheWrite())
                .setCostReasoning(rates.reasoning())
                .setTiers(tiers.stream().map(Tier::published).toList())
                .setRecordedAt(recordedAt)
                .setReason(reason)
                .build();
    }
}
