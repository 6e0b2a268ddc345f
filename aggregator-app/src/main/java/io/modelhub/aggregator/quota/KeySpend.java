package io.modelhub.aggregator.quota;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What some calls with a key cost.
 *
 * @param time of the calls: any moment of a stretch that no period cuts, such as a quarter of an hour
 * @param lastUsedAt time of the latest of the calls
 * @param appendedAt when the latest of them was accepted, by its append time
 * @param amount US dollars
 */
record KeySpend(Instant time, Instant lastUsedAt, Instant appendedAt, BigDecimal amount) {}
