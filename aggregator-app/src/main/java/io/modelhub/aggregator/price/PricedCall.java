package io.modelhub.aggregator.price;

import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.ModelMetrics;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A call with its cost.
 *
 * @param usage as it was sent
 * @param organization that the call counts for: the API key's, else the event's, else "-"
 * @param costPicos the cost in 10^-12 US dollars, not negative; 0 where it is unpriced
 * @param costSource where the cost comes from
 */
public record PricedCall(ModelMetrics usage, String organization, long costPicos, CostSource costSource) {

    /** Stands for the organization of calls that have none. */
    public static final String NO_ORGANIZATION = "-";

    /**
     * Gives a call its cost: a sent one stands; else the model's price in force at the call's own time is applied; else the call
     * is unpriced.
     *
     * @param model null: the catalog doesn't know it
     * @throws ArithmeticException the cost doesn't fit into 64 bits
     */
    public static PricedCall of(ModelMetrics usage, String organization, @Nullable CatalogModel model) {
        if (usage.getCost() != null) {
            return new PricedCall(usage, organization, Usd.picos(usage.getCost()), CostSource.SENT);
        }
        OptionalLong cost =
                model == null ? OptionalLong.empty() : model.prices().costPicos(usage);
        return cost.isPresent()
                ? new PricedCall(usage, organization, cost.getAsLong(), CostSource.CATALOG)
                : new PricedCall(usage, organization, 0, CostSource.UNPRICED);
    }
}
