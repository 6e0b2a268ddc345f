package io.modelhub.aggregator.sql;

/**
 * What push queries may cost.
 *
 * @param queries at the same time
 * @param waitingBytes rows that may wait for a slow reader
 * @param yieldLag records by which the counting may be behind before they give way to it
 * @param share of the processors that all of them together use then at most; above 0, up to 1
 */
public record PushLimits(int queries, long waitingBytes, long yieldLag, double share) {}
