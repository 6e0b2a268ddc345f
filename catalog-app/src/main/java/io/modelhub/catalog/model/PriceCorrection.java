package io.modelhub.catalog.model;

import io.modelhub.schema.ModelPrice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a stretch of the past should have cost. It charges nothing by itself: {@code reprice} makes the differences known.
 *
 * @param number counts the model's corrections, from 1; where two cover the same time, the higher one holds
 * @param effectiveFrom inclusive
 * @param effectiveUntil exclusive
 * @param recordedAt when it was stated
 * @param reason why, for people; null: not given
 */
record PriceCorrection(
        int number,
        Instant effectiveFrom,
        Instant effectiveUntil,
        Price price,
        Instant recordedAt,
        @Nullable String reason) {

    static PriceCorrection of(io.modelhub.schema.PriceCorrection published) {
        ModelPrice stated = published.getPrice();
        return new PriceCorrection(
                published.getNumber(),
                published.getRangeStart(),
                published.getRangeEnd(),
                Price.of(stated),
                stated.getRecordedAt(),
                stated.getReason());
    }

    boolean covers(Instant time) {
        return !time.isBefore(effectiveFrom) && time.isBefore(effectiveUntil);
    }

    io.modelhub.schema.PriceCorrection published() {
        return io.modelhub.schema.PriceCorrection.newBuilder()
                .setNumber(number)
                .setRangeStart(effectiveFrom)
                .setRangeEnd(effectiveUntil)
                .setPrice(price.published(effectiveFrom, recordedAt, reason))
                .build();
    }
}
