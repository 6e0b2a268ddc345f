package io.modelhub.aggregator.quota;

import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Something that others must learn about a key: each becomes one event on {@code modelhub.quota.events}. */
public sealed interface QuotaChange {

    /** The period that it is about, as it stands after the change. */
    PeriodSpend period();

    default QuotaCause cause() {
        return period().period().cause();
    }

    /** The limit of the period is reached. */
    record Disabled(PeriodSpend period, BigDecimal limit) implements QuotaChange {}

    /**
     * The cause is gone.
     *
     * @param limit null where it was removed
     * @param overshoot US dollars past the limit when it was reached
     * @param reason period_ended or quota_changed
     */
    record Enabled(
            PeriodSpend period,
            @Nullable BigDecimal limit,
            @Nullable BigDecimal overshoot,
            String reason) implements QuotaChange {}

    /** A share of the limit is spent; fires once per period. */
    record ThresholdReached(PeriodSpend period, BigDecimal limit, int percent) implements QuotaChange {}
}
