package io.modelhub.aggregator.quota;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit that is reached, and what was spent past it before anybody could know.
 *
 * @param overshoot US dollars accepted after the limit was reached and before {@code readableAt}; never more than what the
 *     period's spend is past its limit
 * @param readableAt from when on the disabled key could be read by others; null: not yet, so all spend still counts
 */
record Breach(BigDecimal overshoot, @Nullable Instant readableAt) {

    /** After usage whose latest event was appended at a moment. */
    Breach plus(BigDecimal amount, Instant appendedAt) {
        boolean unheard = readableAt == null || appendedAt.isBefore(readableAt);
        return unheard ? new Breach(overshoot.add(amount), readableAt) : this;
    }

    /** @param past US dollars that are spent past the limit now */
    Breach atMost(BigDecimal past) {
        return overshoot.compareTo(past) <= 0 ? this : new Breach(past, readableAt);
    }

    Breach readable(Instant at) {
        return readableAt == null ? new Breach(overshoot, at) : this;
    }
}
