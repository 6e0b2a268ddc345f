package io.modelhub.catalog.model;

import io.modelhub.schema.ModelPrice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price and from when on it holds; it ends where the model's next one begins.
 *
 * @param effectiveFrom inclusive; null: from the beginning of time (a model's first price)
 * @param recordedAt when it was stated; null: not kept
 * @param reason why, for people; null: not given
 */
record PricePeriod(
        @Nullable Instant effectiveFrom,
        Price price,
        @Nullable Instant recordedAt,
        @Nullable String reason) {

    static PricePeriod of(ModelPrice published) {
        return new PricePeriod(
                published.getEffectiveFrom(), Price.of(published), published.getRecordedAt(), published.getReason());
    }

    boolean hasBegunBy(Instant time) {
        return effectiveFrom == null || !effectiveFrom.isAfter(time);
    }

    ModelPrice published() {
        return price.published(effectiveFrom, recordedAt, reason);
    }
}
