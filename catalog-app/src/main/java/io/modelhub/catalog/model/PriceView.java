package io.modelhub.catalog.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.modelhub.catalog.answer.EntityView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The prices of a model as answers show them; rates are in US dollars per 1,000 tokens.
 *
 * @param periods by rising beginning; a call is charged by the one in force at its own time
 * @param corrections what stretches of the past should have cost, by rising number; for {@code reprice}
 * @param revision of the model
 */
public record PriceView(UUID uuid, String id, List<Period> periods, List<Correction> corrections, long revision)
        implements EntityView {

    public record RatesView(
            BigDecimal costInput,
            BigDecimal costOutput,
            @Nullable BigDecimal costInputCached,
            @Nullable BigDecimal costCacheWrite,
            @Nullable BigDecimal costReasoning) {

        static RatesView of(Rates rates) {
            return new RatesView(
                    rates.input(), rates.output(), rates.inputCached(), rates.cacheWrite(), rates.reasoning());
        }
    }

    public record Tier(long aboveInputTokens, @JsonUnwrapped RatesView rates) {

        static List<Tier> of(Price price) {
            return price.tiers().stream()
                    .map(tier -> new Tier(tier.aboveInputTokens(), RatesView.of(tier.rates())))
                    .toList();
        }
    }

    /** A price without its time. */
    public record Stated(@JsonUnwrapped RatesView rates, List<Tier> tiers) {

        public static Stated of(Price price) {
            return new Stated(RatesView.of(price.rates()), Tier.of(price));
        }
    }

    /**
     * @param effectiveFrom inclusive; null: ever since
     * @param effectiveUntil exclusive; null: for good
     * @param recordedAt null: not kept
     */
    public record Period(
            @Nullable Instant effectiveFrom,
            @Nullable Instant effectiveUntil,
            @JsonUnwrapped RatesView rates,
            List<Tier> tiers,
            @Nullable Instant recordedAt,
            @Nullable String reason) {

        static Period of(PricePeriod period, @Nullable Instant effectiveUntil) {
            return new Period(
                    period.effectiveFrom(),
                    effectiveUntil,
                    RatesView.of(period.price().rates()),
                    Tier.of(period.price()),
                    period.recordedAt(),
                    period.reason());
        }

        static List<Period> of(PriceHistory prices) {
            return of(prices, period -> true);
        }

        static List<Period> of(PriceHistory prices, Predicate<PricePeriod> shown) {
            return prices.periods().stream()
                    .filter(shown)
                    .map(period -> of(period, prices.endOf(period)))
                    .toList();
        }
    }

    public record Correction(
            int correction,
            Instant effectiveFrom,
            Instant effectiveUntil,
            @JsonUnwrapped RatesView rates,
            List<Tier> tiers,
            Instant recordedAt,
            @Nullable String reason) {

        static List<Correction> of(List<PriceCorrection> corrections) {
            return corrections.stream()
                    .map(correction -> new Correction(
                            correction.number(),
                            correction.effectiveFrom(),
                            correction.effectiveUntil(),
                            RatesView.of(correction.price().rates()),
                            Tier.of(correction.price()),
                            correction.recordedAt(),
                            correction.reason()))
                    .toList();
        }
    }

    /**
     * The price at an instant.
     *
     * @param rates with the tiers: what a call at that time costs in the end, corrections taken into account
     * @param correction the number of the correction that says so; null: no correction covers that time
     * @param charged the period that calls of that time are charged by when they come in
     * @param corrections all that cover that time; the last one holds
     */
    record At(
            UUID uuid,
            String id,
            Instant at,
            @JsonUnwrapped RatesView rates,
            List<Tier> tiers,
            @Nullable Integer correction,
            Period charged,
            List<Correction> corrections) {}

    static PriceView of(PricedModel priced) {
        return new PriceView(
                priced.model().uuid(),
                priced.model().id(),
                Period.of(priced.prices()),
                Correction.of(priced.prices().corrections()),
                priced.model().revision());
    }

    /** @param charged the period in force at that time */
    static At at(PricedModel priced, PricePeriod charged, Instant time) {
        PriceHistory prices = priced.prices();
        Price price = prices.priceAt(time).orElseThrow();
        List<PriceCorrection> covering = prices.correctionsAt(time);
        return new At(
                priced.model().uuid(),
                priced.model().id(),
                time,
                RatesView.of(price.rates()),
                Tier.of(price),
                covering.isEmpty() ? null : covering.get(covering.size() - 1).number(),
                Period.of(charged, prices.endOf(charged)),
                Correction.of(covering));
    }

    @Override
    public String location() {
        return "/v1/models/" + uuid + "/prices";
    }
}
