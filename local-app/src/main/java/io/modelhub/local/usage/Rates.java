package io.modelhub.local.usage;

import static java.util.Comparator.comparing;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a price charges, in US dollars per 1,000 tokens. Prices that charge the same have equal rates, whenever they hold and
 * whyever they were stated.
 *
 * @param cached of input tokens read from the prompt cache
 * @param cacheWrite of input tokens written to the prompt cache
 * @param tiers by rising mark
 */
public record Rates(
        BigDecimal input,
        BigDecimal output,
        BigDecimal cached,
        BigDecimal cacheWrite,
        BigDecimal reasoning,
        List<Tier> tiers) {

    /** @param rates of a call with more input tokens than the mark, for all of its tokens */
    public record Tier(long aboveInputTokens, Rates rates) {}

    public static Rates of(ModelPrice price) {
        return of(
                price.getCostInput(),
                price.getCostOutput(),
                price.getCostInputCached(),
                price.getCostCacheWrite(),
                price.getCostReasoning(),
                price.getTiers().stream()
                        .sorted(comparing(PriceTier::getAboveInputTokens))
                        .map(tier -> new Tier(tier.getAboveInputTokens(), of(tier)))
                        .toList());
    }

    private static Rates of(PriceTier tier) {
        return of(
                tier.getCostInput(),
                tier.getCostOutput(),
                tier.getCostInputCached(),
                tier.getCostCacheWrite(),
                tier.getCostReasoning(),
                List.of());
    }

    private static Rates of(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cached,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal reasoning,
            List<Tier> tiers) {
        return new Rates(
                plain(input),
                plain(output),
                plain(cached == null ? input : cached),
                plain(cacheWrite == null ? input : cacheWrite),
                plain(reasoning == null ? output : reasoning),
                tiers);
    }

    /** Amounts are equal whatever their number of places. */
    private static BigDecimal plain(BigDecimal rate) {
        return rate.stripTrailingZeros();
    }

    /** Every part of the tokens at its own rate; the sum is rounded once, HALF_EVEN, to 12 places. */
    public BigDecimal costOf(ModelMetrics usage) {
        Rates rates = tiers.stream()
                .filter(tier -> usage.getTokensInput() > tier.aboveInputTokens)
                .reduce((lower, higher) -> higher)
                .map(Tier::rates)
                .orElse(this);
        long plainInput = usage.getTokensInput() - usage.getTokensInputCached() - usage.getTokensCacheWrite();
        long plainOutput = usage.getTokensOutput() - usage.getTokensReasoning();
        return times(plainInput, rates.input)
                .add(times(usage.getTokensInputCached(), rates.cached))
                .add(times(usage.getTokensCacheWrite(), rates.cacheWrite))
                .add(times(plainOutput, rates.output))
                .add(times(usage.getTokensReasoning(), rates.reasoning))
                .movePointLeft(3)
                .setScale(12, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal times(long tokens, BigDecimal rate) {
        return BigDecimal.valueOf(tokens).multiply(rate);
    }
}
