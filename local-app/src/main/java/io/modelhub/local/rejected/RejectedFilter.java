package io.modelhub.local.rejected;

import io.modelhub.schema.RejectedUsage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rejected events.
 *
 * @param reason the code; null: any
 * @param from rejected then or later; null: from the beginning
 * @param to rejected earlier; null: to the end
 */
public record RejectedFilter(
        @Nullable String reason,
        @Nullable Instant from,
        @Nullable Instant to) {

    boolean takes(RejectedUsage event) {
        return (reason == null || reason.equals(event.getReason()))
                && (from == null || !event.getRejectedAt().isBefore(from))
                && (to == null || event.getRejectedAt().isBefore(to));
    }
}
