package io.modelhub.aggregator.query;

import io.modelhub.aggregator.price.CostSource;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.QuotaPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which calls brought a key's spend in a period to where it is, recomputed from the log of usage at the prices that are known
 * now.
 *
 * @param period as the quota state has it
 * @param calls those that count to the period, in the order in which they were accepted: by append time, partition, offset
 * @param duplicates records that repeat one of the calls, and count nothing
 * @param complete false: the log was not read to its end, so calls may be missing
 */
public record QuotaExplanation(QuotaPeriod period, List<Counted> calls, long duplicates, boolean complete) {

    /**
     * A call and what it did.
     *
     * @param number of the call in the period, from 0
     * @param cost US dollars
     * @param price that was applied; empty where the cost was sent or is not known
     * @param spent US dollars in the period with this call
     */
    public record Counted(
            int number,
            int partition,
            long offset,
            Instant appendedAt,
            ModelMetrics usage,
            CostSource costSource,
            BigDecimal cost,
            Optional<ModelPrice> price,
            BigDecimal spent) {}

    /** US dollars that the calls add up to. */
    public BigDecimal spent() {
        return calls.isEmpty()
                ? BigDecimal.ZERO.setScale(12)
                : calls.get(calls.size() - 1).spent();
    }

    /** The call that reached the limit; empty where none did. */
    public Optional<Counted> reachedBy() {
        BigDecimal limit = period.getLimit();
        return limit == null
                ? Optional.empty()
                : calls.stream()
                        .filter(call -> call.spent().compareTo(limit) >= 0)
                        .findFirst();
    }
}
