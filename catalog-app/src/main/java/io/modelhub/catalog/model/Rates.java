package io.modelhub.catalog.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * US dollars per 1,000 tokens of each kind. All have 24 decimal places, so equal rates are equal records.
 *
 * @param inputCached null: cached input is charged as input
 * @param cacheWrite null: writing to the cache is charged as input
 * @param reasoning null: reasoning is charged as output
 */
public record Rates(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal inputCached,
        @Nullable BigDecimal cacheWrite,
        @Nullable BigDecimal reasoning) {

    private static final int PLACES = 24;

    /** @throws ArithmeticException a rate has more than 24 decimal places: it is never rounded */
    public Rates {
        input = input.setScale(PLACES);
        output = output.setScale(PLACES);
        inputCached = exactly(inputCached);
        cacheWrite = exactly(cacheWrite);
        reasoning = exactly(reasoning);
    }

    private static @Nullable BigDecimal exactly(@Nullable BigDecimal rate) {
        return rate == null ? null : rate.setScale(PLACES);
    }
}
