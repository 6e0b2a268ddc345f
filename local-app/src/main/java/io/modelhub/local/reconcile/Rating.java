package io.modelhub.local.reconcile;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a call costs, in US dollars with 12 places. */
final class Rating {

    /** Amounts are counted in 10^-12 US dollars in 64 bits: a call above it, 9.2 million, can't be counted. */
    static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE, 12);

    private Rating() {}

    /**
     * A sent cost stands; else the price in force at the call's own time is applied.
     *
     * @param model the call's model; null where the catalog doesn't know it
     * @return null for a call without a price
     */
    static @Nullable BigDecimal cost(ModelMetrics usage, @Nullable Model model) {
        if (usage.getCost() != null) {
            return usage.getCost();
        }
        return model == null
                ? null
                : priceAt(usage.getTimestamp(), model.getPrices())
                        .map(price -> costAt(price, usage))
                        .orElse(null);
    }

    /** The last price that began by then; a model's first price covers all earlier time. */
    static Optional<ModelPrice> priceAt(Instant time, List<ModelPrice> prices) {
        List<ModelPrice> rising = prices.stream()
                .sorted(comparing(ModelPrice::getEffectiveFrom, nullsFirst(naturalOrder())))
                .toList();
        return rising.stream()
                .filter(price -> price.getEffectiveFrom() == null
                        || !price.getEffectiveFrom().isAfter(time))
                .reduce((earlier, later) -> later)
                .or(() -> rising.stream().findFirst());
    }

    /** Every part of the tokens at its own rate, per 1,000; the sum is rounded once. */
    static BigDecimal costAt(ModelPrice price, ModelMetrics usage) {
        Rates rates = price.getTiers().stream()
                .filter(tier -> usage.getTokensInput() > tier.getAboveInputTokens())
                .max(comparing(PriceTier::getAboveInputTokens))
                .map(Rates::of)
                .orElseGet(() -> Rates.of(price));
        long plainInput = usage.getTokensInput() - usage.getTokensInputCached() - usage.getTokensCacheWrite();
        long plainOutput = usage.getTokensOutput() - usage.getTokensReasoning();
        return times(plainInput, rates.input, rates.input)
                .add(times(usage.getTokensInputCached(), rates.cached, rates.input))
                .add(times(usage.getTokensCacheWrite(), rates.cacheWrite, rates.input))
                .add(times(plainOutput, rates.output, rates.output))
                .add(times(usage.getTokensReasoning(), rates.reasoning, rates.output))
                .movePointLeft(3)
                .setScale(12, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal times(long tokens, @Nullable BigDecimal rate, BigDecimal otherwise) {
        return BigDecimal.valueOf(tokens).multiply(rate == null ? otherwise : rate);
    }

    private record Rates(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cached,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal reasoning) {

        static Rates of(ModelPrice price) {
            return new Rates(
                    price.getCostInput(),
                    price.getCostOutput(),
                    price.getCostInputCached(),
                    price.getCostCacheWrite(),
                    price.getCostReasoning());
        }

        static Rates of(PriceTier tier) {
            return new Rates(
                    tier.getCostInput(),
                    tier.getCostOutput(),
                    tier.getCostInputCached(),
                    tier.getCostCacheWrite(),
                    tier.getCostReasoning());
        }
    }
}
