package io.modelhub.ingest.publish;

import org.jspecify.annotations.Nullable;

/**
 * What became of a batch on its way to the broker.
 *
 * @param acknowledged good events that the broker is known to have
 * @param failure null when the broker has everything, the set-aside events included
 */
record Publication(int acknowledged, IntakeOutcome.@Nullable Cause failure) {}
