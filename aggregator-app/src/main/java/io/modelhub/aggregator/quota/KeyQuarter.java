package io.modelhub.aggregator.quota;

/**
 * What spend is first added up under: the calls with an API key in a quarter of an hour, the longest stretch that no
 * calendar day of any zone in use cuts.
 *
 * @param quarter start, epoch milliseconds
 */
record KeyQuarter(String apiKey, long quarter) {}
