package io.modelhub.catalog.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a price that is stated now joins the periods of a model. The first one covers all earlier time. A later one opens a
 * period some time ahead, so that every reader knows it before it holds, and never before a period that is announced
 * already. No period is ever changed or removed: what was charged stays explicable.
 *
 * @param lead how far ahead
 */
public record PriceChange(Duration lead) {

    /**
     * @param periods the model's, by rising beginning
     * @return the same and the new one; the same list where the price is the latest one already, or none is stated
     */
    List<PricePeriod> apply(List<PricePeriod> periods, @Nullable Price stated, Instant now) {
        if (stated == null) {
            return periods;
        }
        if (periods.isEmpty()) {
            return List.of(new PricePeriod(null, stated));
        }
        PricePeriod latest = periods.get(periods.size() - 1);
        if (latest.price().equals(stated)) {
            return periods;
        }
        List<PricePeriod> changed = new ArrayList<>(periods);
        changed.add(new PricePeriod(beginning(latest, now), stated));
        return List.copyOf(changed);
    }

    private Instant beginning(PricePeriod latest, Instant now) {
        Instant soonest = now.plus(lead);
        Instant announced = latest.effectiveFrom();
        return announced == null || announced.isBefore(soonest) ? soonest : announced.plusMillis(1);
    }
}
