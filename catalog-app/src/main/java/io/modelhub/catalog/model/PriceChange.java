package io.modelhub.catalog.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a price that is stated now joins those of a model. The first one covers all earlier time. A later one opens a period
 * some time ahead, so that every reader knows it before it holds; what is nearer, or past, can only be corrected. No period
 * that readers may already apply is changed or removed: what was charged stays explicable (ADR 0055).
 *
 * @param lead how far ahead
 */
public record PriceChange(Duration lead) {

    /** The soonest beginning of a period that is stated now. What begins before it stands. */
    Instant soonest(Instant now) {
        return now.plus(lead);
    }

    /** The price that was stated last for good: the one in force once the lead is over. Planned ones come later. */
    Optional<PricePeriod> standing(PriceHistory history, Instant now) {
        return history.periodAt(soonest(now));
    }

    /**
     * The price from as soon as possible on, until a planned one begins.
     *
     * @return the same history where the price stands already, or none is stated
     */
    PriceHistory stated(PriceHistory history, @Nullable Price price, Instant now, @Nullable String reason) {
        if (price == null) {
            return history;
        }
        if (history.isEmpty()) {
            return history.with(new PricePeriod(null, price, now, reason));
        }
        if (stands(history, price, now)) {
            return history;
        }
        Instant from = soonest(now);
        while (history.periodFrom(from).isPresent()) {
            from = from.plusMillis(1);
        }
        return history.with(new PricePeriod(from, price, now, reason));
    }

    /**
     * What a price list says: of a model without a price, all its periods; of another one, those that begin from the lead on,
     * as a list corrects nothing. What is planned and the list doesn't speak of stays planned.
     *
     * @param listed by rising beginning; the first has none
     * @return the same history where it says all of that already
     */
    PriceHistory listed(PriceHistory history, List<ListedPrice> listed, Instant now) {
        if (history.isEmpty()) {
            PriceHistory next = history;
            for (ListedPrice price : listed) {
                next = next.with(new PricePeriod(price.effectiveFrom(), price.price(), now, null));
            }
            return next;
        }
        Instant soonest = soonest(now);
        Price atOnce = listed.get(0).price();
        for (ListedPrice price : listed) {
            Instant from = price.effectiveFrom();
            if (from != null && !from.isAfter(soonest)) {
                atOnce = price.price();
            }
        }
        PriceHistory next = stated(history, atOnce, now, null);
        for (ListedPrice price : listed) {
            Instant from = price.effectiveFrom();
            if (from != null && from.isAfter(soonest)) {
                next = announced(next, price.price(), from, now, null);
            }
        }
        return next;
    }

    /**
     * The price from a time on, until the next one begins. It takes the place of one that is planned for the same time.
     *
     * @param from not before {@link #soonest}
     * @return the same history where that is planned already
     */
    PriceHistory announced(PriceHistory history, Price price, Instant from, Instant now, @Nullable String reason) {
        boolean isPlanned = history.periodFrom(from)
                .map(PricePeriod::price)
                .filter(price::equals)
                .isPresent();
        return isPlanned ? history : history.with(new PricePeriod(from, price, now, reason));
    }

    /**
     * The price that should have held from a time of the past on. Without an end it is meant until the next period begins, or
     * for good: then it corrects until the lead is over and opens a period there.
     *
     * @param from not in the future
     * @param until after {@code from}, not in the future; null: no end
     */
    PriceHistory corrected(
            PriceHistory history,
            Price price,
            Instant from,
            @Nullable Instant until,
            Instant now,
            @Nullable String reason) {
        Instant soonest = soonest(now);
        Instant next = history.periodAt(from).map(history::endOf).orElse(null);
        boolean goesOn = until == null && (next == null || next.isAfter(soonest));
        Instant end = until != null ? until : goesOn || next == null ? soonest : next;
        int number = history.corrections().size() + 1;
        PriceHistory corrected = history.with(new PriceCorrection(number, from, end, price, now, reason));
        return goesOn && !stands(history, price, now)
                ? corrected.with(new PricePeriod(soonest, price, now, reason))
                : corrected;
    }

    private boolean stands(PriceHistory history, Price price, Instant now) {
        return standing(history, now)
                .map(PricePeriod::price)
                .filter(price::equals)
                .isPresent();
    }
}
