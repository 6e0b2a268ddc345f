package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.PriceReader;
import io.modelhub.schema.ModelPrice;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The prices that the aggregator applies. */
@RestController
final class PriceController {

    private final PriceReader reader;
    private final Clock clock;

    PriceController(PriceReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /**
     * Rates in US dollars per 1,000 tokens.
     *
     * @param effectiveFrom null for a model's first price
     * @param costInputCached null: charged as input; likewise costCacheWrite; costReasoning as output
     */
    record Price(
            String model,
            Instant at,
            @Nullable Instant effectiveFrom,
            String costInput,
            String costOutput,
            @Nullable String costInputCached,
            @Nullable String costCacheWrite,
            @Nullable String costReasoning) {

        static Price of(String model, Instant at, ModelPrice price) {
            return new Price(
                    model,
                    at,
                    price.getEffectiveFrom(),
                    plain(price.getCostInput()),
                    plain(price.getCostOutput()),
                    plainOrNull(price.getCostInputCached()),
                    plainOrNull(price.getCostCacheWrite()),
                    plainOrNull(price.getCostReasoning()));
        }

        /** Rates have 24 places on the topic; the zeros at their end say nothing. */
        private static String plain(BigDecimal rate) {
            return rate.signum() == 0 ? "0" : rate.stripTrailingZeros().toPlainString();
        }

        private static @Nullable String plainOrNull(@Nullable BigDecimal rate) {
            return rate == null ? null : plain(rate);
        }
    }

    /** The price of a model at a moment, by default now. */
    @GetMapping("/v1/prices")
    Price price(@RequestParam String model, @RequestParam Optional<String> at) {
        BadParameters bad = new BadParameters();
        Instant time = at.map(text -> bad.time("at", text)).orElseGet(clock::instant);
        bad.throwIfAny();
        return Answers.found(reader.read(model, time))
                .map(price -> Price.of(model, time, price))
                .orElseThrow(() -> new NotFoundException("model", "no price is known for the model " + model));
    }
}
