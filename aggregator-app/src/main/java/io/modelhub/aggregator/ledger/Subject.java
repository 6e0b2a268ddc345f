package io.modelhub.aggregator.ledger;

/** What totals are kept about. Each has one home partition, by the hash of its identifier alone, where all its calls are added up. */
public enum Subject {
    ORGANIZATION,
    API_KEY,
    ROUTING_RULE;

    /** In a set of subjects. */
    public int bit() {
        return 1 << ordinal();
    }

    public boolean isIn(int subjects) {
        return (subjects & bit()) != 0;
    }
}
