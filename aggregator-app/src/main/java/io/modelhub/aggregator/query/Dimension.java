package io.modelhub.aggregator.query;

/** What rows of figures are told apart by. */
public enum Dimension {
    ORGANIZATION,
    PROVIDER,
    MODEL,
    API_KEY,
    /** The stretch of time. */
    WINDOW
}
