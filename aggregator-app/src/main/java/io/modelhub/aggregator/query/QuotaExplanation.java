package io.modelhub.aggregator.query;

import io.modelhub.aggregator.price.CostSource;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What brought a key's spend in a period to where it is, recomputed from the log: the calls, at what they were charged, and the
 * corrections of them, each in the order in which they were accepted, that is by append time, partition, offset.
 *
 * @param period as the quota state has it
 * @param calls those that count to the period
 * @param corrections of such calls
 * @param spent US dollars that all of it adds up to
 * @param duplicates records that repeat one of the calls, and count nothing
 * @param complete false: the log was not read to its end, so calls may be missing
 */
public record QuotaExplanation(
        QuotaPeriod period,
        List<Counted> calls,
        List<Corrected> corrections,
        BigDecimal spent,
        long duplicates,
        boolean complete) {

    /** Something that changed what is spent. */
    public sealed interface Entry {

        Instant appendedAt();

        /** US dollars in the period with it and all that was accepted before. */
        BigDecimal spent();
    }

    /**
     * A call and what it did.
     *
     * @param number of the call in the period, from 0
     * @param cost US dollars
     * @param price that was applied; empty where the cost was sent or is not known
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
            BigDecimal spent)
            implements Entry {}

    /** A correction and what it did. */
    public record Corrected(
            int partition, long offset, Instant appendedAt, UsageCorrection correction, BigDecimal spent)
            implements Entry {}

    /** The call that reached the limit; empty where none did, or a correction before it. */
    public Optional<Counted> reachedBy() {
        return reached(calls)
                .filter(call -> reached(corrections)
                        .map(correction -> !correction.appendedAt().isBefore(call.appendedAt()))
                        .orElse(true));
    }

    /** The correction that reached the limit; empty where none did, or a call before it. */
    public Optional<Corrected> reachedByCorrection() {
        return reachedBy().isPresent() ? Optional.empty() : reached(corrections);
    }

    private <E extends Entry> Optional<E> reached(List<E> entries) {
        BigDecimal limit = period.getLimit();
        return limit == null
                ? Optional.empty()
                : entries.stream()
                        .filter(entry -> entry.spent().compareTo(limit) >= 0)
                        .findFirst();
    }
}
