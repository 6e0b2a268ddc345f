package io.modelhub.aggregator.window;

/**
 * What the first fold adds up under: the calls of an organization to a model in a minute.
 *
 * @param organization slug, "-" for none
 * @param minute start, epoch milliseconds
 */
record CallMinute(String organization, String model, long minute) {}
