package io.modelhub.local.reprice;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import java.util.Set;

/**
 * Which calls to reprice.
 *
 * @param models empty: those of every model
 * @param span that their time is in
 */
public record Selection(Set<String> models, Span span) {

    /** A sent cost stands. */
    boolean takes(ModelMetrics usage) {
        return usage.getCost() == null
                && (models.isEmpty() || models.contains(usage.getModel()))
                && span.holds(usage.getTimestamp());
    }
}
