package io.modelhub.ingest.check;

import io.modelhub.schema.ModelMetrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rules say of an event. */
public sealed interface CheckedEvent {

    /** Every rule holds; this is the record to publish. */
    record Good(ModelMetrics usage) implements CheckedEvent {}

    /**
     * Some rule is broken.
     *
     * @param brokenRules all of them, in the order of the fields in {@code ModelMetrics}; not empty
     * @param eventId the event's id where it is a good one
     */
    record Bad(
            List<BrokenRule> brokenRules,
            byte[] original,
            @Nullable String eventId) implements CheckedEvent {

        public Bad {
            if (brokenRules.isEmpty()) {
                throw new IllegalArgumentException("a bad event breaks a rule");
            }
            brokenRules = List.copyOf(brokenRules);
        }

        public BrokenRule firstBrokenRule() {
            return brokenRules.get(0);
        }
    }
}
