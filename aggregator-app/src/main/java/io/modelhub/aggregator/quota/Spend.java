package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.UsdSum;
import java.time.Instant;

/**
 * What a key spent by calls that came one after the other and whose times are in one quarter of an hour, or by how much such calls
 * were corrected. Changed in place.
 */
final class Spend {

    /** Start of the quarter, epoch milliseconds. */
    final long quarter;

    /** Of corrections and of no calls. */
    final boolean isCorrection;

    private final UsdSum amount = new UsdSum();
    private long lastUsedAt = Long.MIN_VALUE;
    private long appendedAt = Long.MIN_VALUE;

    Spend(long quarter, boolean isCorrection) {
        this.quarter = quarter;
        this.isCorrection = isCorrection;
    }

    /** @param appendTime of the call's record, epoch milliseconds */
    void add(Measures call, long appendTime) {
        amount.add(call.costPicos);
        lastUsedAt = Math.max(lastUsedAt, call.timestamp);
        appendedAt = Math.max(appendedAt, appendTime);
    }

    KeySpend total() {
        return new KeySpend(
                Instant.ofEpochMilli(quarter),
                Instant.ofEpochMilli(lastUsedAt),
                Instant.ofEpochMilli(appendedAt),
                amount.toBigDecimal());
    }
}
