package io.modelhub.aggregator.day;

/**
 * What the calls of a subject are first added up under: a quarter of an hour, the longest stretch that no calendar day of any
 * zone in use cuts.
 *
 * @param subject an API key or a routing rule
 * @param quarter start, epoch milliseconds
 */
record SubjectQuarter(String subject, long quarter) {}
