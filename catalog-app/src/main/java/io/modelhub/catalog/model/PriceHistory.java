package io.modelhub.catalog.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was stated of a model's prices. Immutable. The periods cover all time without gap or overlap: the first has no
 * beginning, and each ends where the next begins. A call is charged by the period in force at its own time; corrections lie
 * over the periods and act only through {@code reprice}.
 *
 * @param periods by rising beginning
 * @param corrections by rising number
 */
record PriceHistory(List<PricePeriod> periods, List<PriceCorrection> corrections) {

    static final PriceHistory EMPTY = new PriceHistory(List.of(), List.of());

    PriceHistory {
        periods = List.copyOf(periods);
        corrections = List.copyOf(corrections);
    }

    /** What was published of a model's prices. */
    static PriceHistory of(io.modelhub.schema.Model published) {
        return new PriceHistory(
                published.getPrices().stream().map(PricePeriod::of).toList(),
                published.getCorrections().stream().map(PriceCorrection::of).toList());
    }

    boolean isEmpty() {
        return periods.isEmpty();
    }

    /** What a call at that time is charged by, whenever it comes in. Empty: the model has no price. */
    Optional<PricePeriod> periodAt(Instant time) {
        PricePeriod inForce = null;
        for (PricePeriod period : periods) {
            if (period.hasBegunBy(time)) {
                inForce = period;
            }
        }
        return Optional.ofNullable(inForce);
    }

    /** The period that begins then. */
    Optional<PricePeriod> periodFrom(Instant beginning) {
        return periods.stream()
                .filter(period -> beginning.equals(period.effectiveFrom()))
                .findFirst();
    }

    /** Where one of the periods ends: at the beginning of the next; null: never. */
    @Nullable
    Instant endOf(PricePeriod period) {
        int next = periods.indexOf(period) + 1;
        return next == periods.size() ? null : periods.get(next).effectiveFrom();
    }

    /** The corrections of that time; the last one holds. */
    List<PriceCorrection> correctionsAt(Instant time) {
        return corrections.stream()
                .filter(correction -> correction.covers(time))
                .toList();
    }

    /** What a call at that time costs in the end: by the last correction, else by its period. */
    Optional<Price> priceAt(Instant time) {
        List<PriceCorrection> covering = correctionsAt(time);
        return covering.isEmpty()
                ? periodAt(time).map(PricePeriod::price)
                : Optional.of(covering.get(covering.size() - 1).price());
    }

    /** With one more period, which takes the place of one that begins at the same time. */
    PriceHistory with(PricePeriod added) {
        List<PricePeriod> next = new ArrayList<>();
        Instant from = added.effectiveFrom();
        for (PricePeriod period : periods) {
            if (from != null && !from.equals(period.effectiveFrom()) && period.hasBegunBy(from)) {
                next.add(period);
            }
        }
        next.add(added);
        for (PricePeriod period : periods) {
            if (from == null ? period.effectiveFrom() != null : !period.hasBegunBy(from)) {
                next.add(period);
            }
        }
        return new PriceHistory(next, corrections);
    }

    /** Without a period: the one before it goes on. */
    PriceHistory without(PricePeriod withdrawn) {
        return new PriceHistory(
                periods.stream().filter(period -> !period.equals(withdrawn)).toList(), corrections);
    }

    PriceHistory with(PriceCorrection added) {
        return new PriceHistory(
                periods, Stream.concat(corrections.stream(), Stream.of(added)).toList());
    }
}
