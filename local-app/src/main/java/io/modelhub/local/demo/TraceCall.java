package io.modelhub.local.demo;

import java.time.Instant;

/**
 * A call to some model, as traces tell of it: neither who made it nor which model answered.
 *
 * @param place where it stands in its source, counted from 1
 */
record TraceCall(long place, Instant time, long tokensInput, long tokensOutput) {}
