package io.modelhub.local.demo;

import java.time.Instant;

/**
 * A usage event, ready to be sent.
 *
 * @param place where it stands in its source, counted from 1: the line of a file
 * @param time when the call was made; sets the pace
 * @param json as {@code POST /v1/usage} takes it, on one line
 */
record OutgoingEvent(long place, Instant time, String json) {}
