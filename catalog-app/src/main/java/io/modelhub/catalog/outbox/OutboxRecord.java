package io.modelhub.catalog.outbox;

import org.jspecify.annotations.Nullable;

/**
 * A record for a topic, as it stands in the outbox.
 *
 * @param payload an Avro record with its schema's fingerprint; null: a tombstone
 */
record OutboxRecord(String topic, String key, byte @Nullable [] payload) {}
