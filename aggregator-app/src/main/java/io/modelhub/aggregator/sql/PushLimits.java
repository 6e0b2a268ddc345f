package io.modelhub.aggregator.sql;

/**
 * What push queries may cost.
 *
 * @param queries at the same time
 * @param waitingBytes rows that may wait for a slow reader
 */
public record PushLimits(int queries, long waitingBytes) {}
