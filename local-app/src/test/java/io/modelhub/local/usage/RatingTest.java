package io.modelhub.local.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Amounts worked out by hand. */
class RatingTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void everyPartOfTheTokensHasItsOwnRate() {
        ModelMetrics call = Logs.call("e", NOON)
                .setTokensInput(1_000)
                .setTokensInputCached(300)
                .setTokensCacheWrite(200)
                .setTokensOutput(100)
                .setTokensReasoning(40)
                .build();
        ModelPrice price = Logs.price("0.002", "0.01")
                .setCostInputCached(new BigDecimal("0.0005"))
                .setCostCacheWrite(new BigDecimal("0.0025"))
                .setCostReasoning(new BigDecimal("0.02"))
                .build();

        // 500 × 0.002 + 300 × 0.0005 + 200 × 0.0025 + 60 × 0.01 + 40 × 0.02 = 3.05, per 1,000
        assertThat(Rates.of(price).costOf(call)).isEqualTo("0.003050000000");
    }

    @Test
    void partsWithoutARateAreChargedAsTheWhole() {
        ModelMetrics call = Logs.call("e", NOON)
                .setTokensInput(10)
                .setTokensInputCached(3)
                .setTokensCacheWrite(2)
                .setTokensOutput(10)
                .setTokensReasoning(4)
                .build();

        assertThat(Rates.of(Logs.price("1", "2").build()).costOf(call)).isEqualTo("0.030000000000");
    }

    @Test
    void aCostIsRoundedOnceAndHalfEven() {
        ModelPrice price = Logs.price("0.0000000005", "0.0000000005").build();

        // 5 × 10^-13 lies between 0 and 10^-12; 1.5 × 10^-12 between 1 and 2: both go to the even one.
        assertThat(Rates.of(price).costOf(tokens(1, 0))).isEqualTo("0.000000000000");
        assertThat(Rates.of(price).costOf(tokens(3, 0))).isEqualTo("0.000000000002");
        // Were each part rounded by itself, this would be nothing.
        assertThat(Rates.of(price).costOf(tokens(1, 1))).isEqualTo("0.000000000001");
    }

    @Test
    void aTierHoldsAboveItsMarkForAllTokens() {
        ModelPrice price = Logs.price("1", "2")
                .setTiers(List.of(
                        PriceTier.newBuilder()
                                .setAboveInputTokens(200)
                                .setCostInput(new BigDecimal("4"))
                                .setCostOutput(new BigDecimal("8"))
                                .build(),
                        PriceTier.newBuilder()
                                .setAboveInputTokens(100)
                                .setCostInput(new BigDecimal("3"))
                                .setCostOutput(new BigDecimal("6"))
                                .build()))
                .build();

        assertThat(Rates.of(price).costOf(tokens(100, 1))).isEqualTo("0.102000000000");
        assertThat(Rates.of(price).costOf(tokens(101, 1))).isEqualTo("0.309000000000");
        assertThat(Rates.of(price).costOf(tokens(201, 1))).isEqualTo("0.812000000000");
    }

    @Test
    void pricesThatChargeTheSameAreEqualWheneverTheyHold() {
        ModelPrice price = Logs.price("1", "2").setReason("contract").build();

        assertThat(Rates.of(price))
                .isEqualTo(Rates.of(Logs.price("1.00", "2")
                        .setCostInputCached(new BigDecimal("1.0"))
                        .setEffectiveFrom(NOON)
                        .build()));
    }

    @Test
    void aCallIsChargedByThePeriodInForceAtItsOwnTime() {
        ModelPrice first = Logs.price("1", "1").build();
        ModelPrice second = Logs.price("2", "2").setEffectiveFrom(NOON).build();
        Model model = Logs.model("p/m", second, first);

        assertThat(Rating.charged(NOON.minusMillis(1), NOON, model)).hasValue(first);
        assertThat(Rating.charged(NOON, NOON, model)).hasValue(second);
        // The first price covers all earlier time, whatever it says of its beginning.
        assertThat(Rating.charged(Instant.EPOCH, NOON, Logs.model("p/m", second)))
                .hasValue(second);
        assertThat(Rating.charged(NOON, NOON, Logs.model("p/m"))).isEmpty();
    }

    @Test
    void aPriceChargesNoCallThatWasWrittenBeforeItWasStated() {
        ModelPrice price = Logs.price("1", "1").setRecordedAt(NOON).build();
        Model model = Logs.model("p/m", price);

        assertThat(Rating.charged(NOON, NOON.minusMillis(1), model)).isEmpty();
        assertThat(Rating.charged(NOON, NOON, model)).hasValue(price);
        assertThat(Rating.due(NOON, model).map(Rating.Due::price)).hasValue(price);
    }

    @Test
    void theLatestCorrectionOfATimeSaysWhatIsDue() {
        Model model = Model.newBuilder(Logs.model("p/m", Logs.price("1", "1").build()))
                .setCorrections(List.of(
                        Logs.correction(2, NOON, NOON.plusSeconds(10), "4"),
                        Logs.correction(1, NOON, NOON.plusSeconds(20), "3")))
                .build();

        assertThat(due(model, -1)).isEqualTo("1 by null");
        assertThat(due(model, 0)).isEqualTo("4 by 2");
        assertThat(due(model, 10)).isEqualTo("3 by 1");
        assertThat(due(model, 20)).isEqualTo("1 by null");
        assertThat(Rating.charged(NOON, NOON, model)).hasValue(model.getPrices().get(0));
    }

    private static String due(Model model, int second) {
        Rating.Due due = Rating.due(NOON.plusSeconds(second), model).orElseThrow();
        return due.price().getCostInput().intValueExact() + " by " + due.correction();
    }

    @Test
    void aSentCostStandsAndAModelWithoutAPriceHasNone() {
        ModelMetrics sent = Logs.call("e", NOON).setCost(new BigDecimal("0.5")).build();

        assertThat(Rating.cost(sent, NOON, null)).isEqualTo("0.5");
        assertThat(Rating.cost(tokens(1, 1), NOON, null)).isNull();
    }

    private static ModelMetrics tokens(long input, long output) {
        return Logs.call("e", NOON)
                .setTokensInput(input)
                .setTokensOutput(output)
                .build();
    }
}
