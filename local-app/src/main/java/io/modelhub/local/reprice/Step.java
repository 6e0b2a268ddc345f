package io.modelhub.local.reprice;

import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import java.util.List;

/**
 * What a correction that stands on the topic has done: calls of its subject that stood at one price stand at another.
 *
 * @param range that their times are in
 * @param asOf the end, exclusive, of each partition of {@code modelhub.usage} that it knows
 */
record Step(Span range, List<Long> asOf, Charge before, Charge after) {

    static Step of(UsageCorrection correction) {
        return new Step(
                new Span(correction.getRangeStart(), correction.getRangeEnd()),
                correction.getAsOf(),
                Charge.by(correction.getOldPrice()),
                Charge.by(correction.getNewPrice()));
    }

    /** By what a call is charged after it that was charged so before. */
    Charge from(Charge standing, Placed<ModelMetrics> call) {
        boolean isKnown = call.partition() < asOf.size() && call.offset() < asOf.get(call.partition());
        boolean isConcerned = isKnown
                && range.holds(call.required().getTimestamp())
                && before.rates().equals(standing.rates());
        return isConcerned ? after : standing;
    }
}
