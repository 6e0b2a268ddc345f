package io.modelhub.aggregator.price;

/** Where the cost of a call comes from. */
public enum CostSource {
    /** The sender said it; it stands. */
    SENT,
    /** The price of the model that was in force at the call's own time. */
    CATALOG,
    /** Neither: the call is counted, its cost is not known. */
    UNPRICED
}
