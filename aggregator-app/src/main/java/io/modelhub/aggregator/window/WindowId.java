package io.modelhub.aggregator.window;

/**
 * Which window: an organization's use of a model in a stretch of time.
 *
 * @param organization slug, "-" for none
 * @param start inclusive, epoch milliseconds
 */
public record WindowId(Grain grain, String organization, String model, long start) {}
