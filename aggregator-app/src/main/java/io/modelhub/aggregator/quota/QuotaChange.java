package io.modelhub.aggregator.quota;

import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Something that others must learn about a key: each becomes one event on {@code modelhub.quota.events}. */
public sealed interface QuotaChange {

    /** The period that it is about, as it stands after the change. */
    PeriodSpend period();

    default QuotaCause cause() {
        return period().cause();
    }

    /** The limit of the period is reached. */
    record Disabled(PeriodSpend period, BigDecimal limit, Reason reason) implements QuotaChange {}

    /**
     * The cause is gone.
     *
     * @param limit null where it was removed
     * @param overshoot US dollars accepted after the limit was reached and before that could be read
     */
    record Enabled(PeriodSpend period, @Nullable BigDecimal limit, BigDecimal overshoot, Reason reason)
            implements QuotaChange {}

    /** A share of the limit is spent; fires once per period. */
    record ThresholdReached(PeriodSpend period, BigDecimal limit, int percent) implements QuotaChange {}

    /** Why a cause opened or cleared; its lower-case name is the event's {@code reason}. */
    enum Reason {
        /** Opens: usage reached the limit, or the limit of a period that begins is reached from the start. */
        LIMIT_REACHED,
        /** Clears: the clock. */
        PERIOD_ENDED,
        /** Opens or clears: the catalog has another limit now. */
        QUOTA_CHANGED,
        /** Opens or clears: what was counted is counted differently now. */
        CORRECTION,
        /** Clears: the catalog has the key no more. */
        KEY_DELETED
    }
}
