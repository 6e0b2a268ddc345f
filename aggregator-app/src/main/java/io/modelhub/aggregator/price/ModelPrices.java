package io.modelhub.aggregator.price;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The prices of a model over time, from its record on {@code modelhub.catalog.models}. Immutable. */
public final class ModelPrices {

    /** No cost is negative. */
    static final long NO_PRICE = -1;

    private final List<Period> periods;

    private ModelPrices(List<Period> periods) {
        this.periods = periods;
    }

    public static ModelPrices of(Model model) {
        return new ModelPrices(model.getPrices().stream()
                .sorted(comparing(ModelPrice::getEffectiveFrom, Comparator.nullsFirst(Comparator.naturalOrder())))
                .map(Period::of)
                .toList());
    }

    /** The price in force at a moment: the last one that began by then, else the first. Empty where the model has none. */
    public Optional<ModelPrice> at(Instant time) {
        return periods.isEmpty() ? Optional.empty() : Optional.of(period(time.toEpochMilli()).price);
    }

    /**
     * The cost of a call at the price in force at its own time.
     *
     * @return in 10^-12 US dollars, or {@link #NO_PRICE}
     * @throws ArithmeticException the cost doesn't fit into 64 bits
     */
    long costPicos(Measures call) {
        return periods.isEmpty()
                ? NO_PRICE
                : period(call.timestamp).ratesOf(call).costPicos(call);
    }

    private Period period(long time) {
        for (int i = periods.size() - 1; i > 0; i--) {
            if (periods.get(i).from <= time) {
                return periods.get(i);
            }
        }
        return periods.get(0);
    }

    /** @param tiers by rising mark */
    private record Period(long from, ModelPrice price, Rates rates, List<Tier> tiers) {

        static Period of(ModelPrice price) {
            Instant from = price.getEffectiveFrom();
            return new Period(
                    from == null ? Long.MIN_VALUE : from.toEpochMilli(),
                    price,
                    new Rates(
                            price.getCostInput(),
                            price.getCostOutput(),
                            price.getCostInputCached(),
                            price.getCostCacheWrite(),
                            price.getCostReasoning()),
                    price.getTiers().stream()
                            .sorted(comparing(PriceTier::getAboveInputTokens))
                            .map(Tier::of)
                            .toList());
        }

        Rates ratesOf(Measures call) {
            Rates fitting = rates;
            for (Tier tier : tiers) {
                if (call.tokensInput > tier.aboveInputTokens) {
                    fitting = tier.rates;
                }
            }
            return fitting;
        }
    }

    private record Tier(long aboveInputTokens, Rates rates) {

        static Tier of(PriceTier tier) {
            return new Tier(
                    tier.getAboveInputTokens(),
                    new Rates(
                            tier.getCostInput(),
                            tier.getCostOutput(),
                            tier.getCostInputCached(),
                            tier.getCostCacheWrite(),
                            tier.getCostReasoning()));
        }
    }
}
