package io.modelhub.aggregator.changes;

/**
 * A record of a topic, as far as its reader wants it.
 *
 * @param bytes what the reader made of it
 */
public record Change(int partition, long offset, byte[] bytes) {}
