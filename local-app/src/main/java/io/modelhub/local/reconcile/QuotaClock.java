package io.modelhub.local.reconcile;

/** What the aggregator took for "now" in quotas: its setting {@code quota-clock}. */
public enum QuotaClock {
    /** The wall clock. The log doesn't say when the aggregator read an event, so only the laws of quotas can be checked. */
    WALL,
    /** The time of a key's latest call: the log also says which limits must have been reached. */
    STREAM
}
