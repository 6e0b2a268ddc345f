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
import org.jspecify.annotations.Nullable;

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

    /** Whether no price is stated. */
    boolean isEmpty() {
        return periods.isEmpty();
    }

    /** The price in force at a moment: the last one that began by then, else the first. Empty where the model has none. */
    public Optional<ModelPrice> at(Instant time) {
        return Optional.ofNullable(period(time.toEpochMilli(), Long.MAX_VALUE)).map(Period::price);
    }

    /** All of them, by rising begin; the first one holds for all time before the second. */
    public List<ModelPrice> all() {
        return periods.stream().map(Period::price).toList();
    }

    /**
     * The price that a call is charged by: the one in force at its own time, of those that had been stated when its record was
     * written. So a call is charged the same whenever it is read, and what was stated later acts through {@code reprice} alone.
     *
     * @param appendTime of the call's record
     * @return empty where none had been stated
     */
    public Optional<ModelPrice> charging(Instant time, Instant appendTime) {
        return Optional.ofNullable(period(time.toEpochMilli(), appendTime.toEpochMilli()))
                .map(Period::price);
    }

    /**
     * The cost of a call at the price that it is charged by.
     *
     * @param appendTime of the call's record, epoch milliseconds
     * @return in 10^-12 US dollars, or {@link #NO_PRICE}
     * @throws ArithmeticException the cost doesn't fit into 64 bits
     */
    long costPicos(Measures call, long appendTime) {
        Period period = period(call.timestamp, appendTime);
        return period == null ? NO_PRICE : period.ratesOf(call).costPicos(call);
    }

    /** The last one that began by then, else the first, of those that had been stated. */
    private @Nullable Period period(long time, long statedBy) {
        Period first = null;
        for (int i = periods.size() - 1; i >= 0; i--) {
            Period period = periods.get(i);
            if (period.statedAt <= statedBy) {
                if (period.from <= time) {
                    return period;
                }
                first = period;
            }
        }
        return first;
    }

    /**
     * @param from epoch milliseconds
     * @param statedAt epoch milliseconds; always, where that was not kept
     * @param tiers by rising mark
     */
    private record Period(long from, long statedAt, ModelPrice price, Rates rates, List<Tier> tiers) {

        static Period of(ModelPrice price) {
            Instant from = price.getEffectiveFrom();
            Instant statedAt = price.getRecordedAt();
            return new Period(
                    from == null ? Long.MIN_VALUE : from.toEpochMilli(),
                    statedAt == null ? Long.MIN_VALUE : statedAt.toEpochMilli(),
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
