package io.modelhub.aggregator.price;

import io.modelhub.schema.ModelMetrics;

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
}
