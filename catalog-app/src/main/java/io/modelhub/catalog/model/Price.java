package io.modelhub.catalog.model;

import java.util.Comparator;
import java.util.List;

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
    public record Tier(long aboveInputTokens, Rates rates) {}
}
