package io.modelhub.aggregator.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.PriceCorrection;
import io.modelhub.schema.PriceTier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelPricesTest {

    private static final long APPENDED = Instant.parse("2026-02-28T23:59:00Z").toEpochMilli();

    private static final long DOLLAR = 1_000_000_000_000L;

    @Test
    void theFirstPriceCoversAllEarlierTimeAndEachOtherBeginsAtItsOwn() {
        // Out of order on purpose: the periods are sorted by their beginning.
        ModelPrices prices =
                prices(price("3", "2026-06-01T00:00:00Z"), price("2", "2026-03-01T00:00:00Z"), price("1", null));
        assertThat(costAt(prices, "1999-01-01T00:00:00Z")).isEqualTo(DOLLAR);
        assertThat(costAt(prices, "2026-02-28T23:59:59.999Z")).isEqualTo(DOLLAR);
        assertThat(costAt(prices, "2026-03-01T00:00:00Z")).isEqualTo(2 * DOLLAR);
        assertThat(costAt(prices, "2026-05-31T23:59:59.999Z")).isEqualTo(2 * DOLLAR);
        assertThat(costAt(prices, "2026-06-01T00:00:00Z")).isEqualTo(3 * DOLLAR);
        assertThat(costAt(prices, "2099-01-01T00:00:00Z")).isEqualTo(3 * DOLLAR);
    }

    @Test
    void aFirstPriceWithADateCoversAllEarlierTimeToo() {
        assertThat(costAt(prices(price("7", "2026-03-01T00:00:00Z")), "2026-01-01T00:00:00Z"))
                .isEqualTo(7 * DOLLAR);
    }

    @Test
    void aModelWithoutAPriceHasNoCost() {
        assertThat(costAt(prices(), "2026-01-01T00:00:00Z")).isEqualTo(ModelPrices.NO_PRICE);
    }

    @Test
    void aTierHoldsForAllTokensOfACallAboveItsMark() {
        ModelPrice price = ModelPrice.newBuilder(price("1", null))
                .setTiers(List.of(PriceTier.newBuilder()
                        .setAboveInputTokens(200_000)
                        .setCostInput(new BigDecimal("2"))
                        .setCostOutput(new BigDecimal("2"))
                        .build()))
                .build();
        ModelPrices prices = prices(price);
        assertThat(prices.costPicos(
                        Measures.of(Calls.call().setTokensInput(200_000).build()), APPENDED))
                .isEqualTo(200 * DOLLAR);
        assertThat(prices.costPicos(
                        Measures.of(Calls.call().setTokensInput(201_000).build()), APPENDED))
                .isEqualTo(402 * DOLLAR);
    }

    @Test
    void aTierHasRatesOfItsOwnForEachKindOfToken() {
        ModelPrice price = ModelPrice.newBuilder(price("1", null))
                .setCostInputCached(new BigDecimal("90"))
                .setTiers(List.of(PriceTier.newBuilder()
                        .setAboveInputTokens(999)
                        .setCostInput(new BigDecimal("2"))
                        .setCostOutput(new BigDecimal("10"))
                        .setCostInputCached(new BigDecimal("0.5"))
                        .setCostCacheWrite(new BigDecimal("3"))
                        .setCostReasoning(new BigDecimal("20"))
                        .build()))
                .build();
        // 700 plain, 200 cached, 100 written to the cache; 400 plain out, 100 reasoning
        assertThat(prices(price)
                        .costPicos(
                                Measures.of(Calls.call()
                                        .setTokensInput(1000)
                                        .setTokensInputCached(200)
                                        .setTokensCacheWrite(100)
                                        .setTokensOutput(500)
                                        .setTokensReasoning(100)
                                        .build()),
                                APPENDED))
                .isEqualTo(7_800_000_000_000L);
    }

    @Test
    void aCorrectionOfThePastChangesNoCall() {
        ModelPrice corrected = price("9", "2026-01-01T00:00:00Z");
        Model model = Model.newBuilder(model(price("1", null)))
                .setCorrections(List.of(PriceCorrection.newBuilder()
                        .setNumber(1)
                        .setRangeStart(Instant.parse("2026-01-01T00:00:00Z"))
                        .setRangeEnd(Instant.parse("2026-02-01T00:00:00Z"))
                        .setPrice(corrected)
                        .build()))
                .build();
        assertThat(costAt(ModelPrices.of(model), "2026-01-15T00:00:00Z")).isEqualTo(DOLLAR);
    }

    @Test
    void aPriceChargesNoCallThatWasWrittenBeforeItWasStated() {
        Instant stated = Instant.ofEpochMilli(APPENDED);
        ModelPrice price =
                ModelPrice.newBuilder(price("1", null)).setRecordedAt(stated).build();
        ModelPrices prices = prices(price);

        assertThat(prices.charging(stated, stated)).hasValue(price);
        assertThat(prices.charging(stated, stated.minusMillis(1))).isEmpty();
        assertThat(prices.costPicos(
                        Measures.of(Calls.call().setTokensInput(1000).build()), APPENDED - 1))
                .isEqualTo(ModelPrices.NO_PRICE);
        // Who asks what a time costs is told what is known now.
        assertThat(prices.at(Instant.EPOCH)).hasValue(price);
    }

    @Test
    void aLaterPeriodGivesWayToAnEarlierOneWhereItWasNotStatedYet() {
        Instant stated = Instant.ofEpochMilli(APPENDED);
        ModelPrices prices = prices(
                price("1", null),
                ModelPrice.newBuilder(price("2", "2026-03-01T00:00:00Z"))
                        .setRecordedAt(stated)
                        .build());

        // The call's sender is ahead of the clock, and the period begins within that.
        Instant ahead = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(prices.charging(ahead, stated.minusMillis(1)).orElseThrow().getCostInput())
                .isEqualByComparingTo("1");
        assertThat(prices.charging(ahead, stated).orElseThrow().getCostInput()).isEqualByComparingTo("2");
    }

    private static long costAt(ModelPrices prices, String time) {
        return prices.costPicos(
                Measures.of(Calls.call()
                        .setTokensInput(1000)
                        .setTimestamp(Instant.parse(time))
                        .build()),
                APPENDED);
    }

    private static ModelPrice price(String input, String from) {
        return ModelPrice.newBuilder()
                .setCostInput(new BigDecimal(input))
                .setCostOutput(BigDecimal.ZERO)
                .setEffectiveFrom(from == null ? null : Instant.parse(from))
                .build();
    }

    private static ModelPrices prices(ModelPrice... prices) {
        return ModelPrices.of(model(prices));
    }

    private static Model model(ModelPrice... prices) {
        return Model.newBuilder()
                .setId("openai/gpt-4o")
                .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                .setProvider("openai")
                .setName("gpt-4o")
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setPrices(List.of(prices))
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
