package io.modelhub.local.usage;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** By which price a call is charged, and by which it should have been. */
public final class Rating {

    /** Amounts are counted in 10^-12 US dollars in 64 bits: a call above it, 9.2 million, can't be counted. */
    public static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE, 12);

    private Rating() {}

    /**
     * What a call was charged when it was counted, in US dollars with 12 places. A sent cost stands; else it is that of the price
     * that was {@link #charged}.
     *
     * @param model the call's model; null where the catalog doesn't know it
     * @return null for a call without a price
     */
    public static @Nullable BigDecimal cost(ModelMetrics usage, Instant appendTime, @Nullable Model model) {
        if (usage.getCost() != null) {
            return usage.getCost();
        }
        return model == null
                ? null
                : charged(usage.getTimestamp(), appendTime, model)
                        .map(price -> Rates.of(price).costOf(usage))
                        .orElse(null);
    }

    /**
     * The price that a call without a sent cost was charged by: the period in force at its own time, of those that had been
     * stated when the call was written to the log. Corrections charge nothing.
     *
     * @return empty where no price had been stated: the call was counted as unpriced
     */
    public static Optional<ModelPrice> charged(Instant time, Instant appendTime, Model model) {
        return period(
                time,
                model,
                price -> price.getRecordedAt() == null || !price.getRecordedAt().isAfter(appendTime));
    }

    /** @param correction number of the model's correction that says so; null where it is one of its periods */
    public record Due(ModelPrice price, @Nullable Integer correction) {}

    /**
     * The price that a call should be charged by, as of now: that of the correction with the highest number that covers its time,
     * else the period in force at it.
     *
     * @return empty where the model has no price yet
     */
    public static Optional<Due> due(Instant time, Model model) {
        return model.getCorrections().stream()
                .filter(correction -> new Span(correction.getRangeStart(), correction.getRangeEnd()).holds(time))
                .max(comparing(PriceCorrection::getNumber))
                .map(correction -> new Due(correction.getPrice(), correction.getNumber()))
                .or(() -> period(time, model, price -> true).map(price -> new Due(price, null)));
    }

    /** The last one that began by then; the first covers all earlier time. */
    private static Optional<ModelPrice> period(Instant time, Model model, Predicate<ModelPrice> isKnown) {
        List<ModelPrice> rising = model.getPrices().stream()
                .filter(isKnown)
                .sorted(comparing(ModelPrice::getEffectiveFrom, nullsFirst(naturalOrder())))
                .toList();
        return rising.stream()
                .filter(price -> price.getEffectiveFrom() == null
                        || !price.getEffectiveFrom().isAfter(time))
                .reduce((earlier, later) -> later)
                .or(() -> rising.stream().findFirst());
    }
}
