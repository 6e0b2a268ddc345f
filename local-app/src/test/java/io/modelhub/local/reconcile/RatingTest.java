package io.modelhub.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(Rating.costAt(price, call)).isEqualTo("0.003050000000");
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

        assertThat(Rating.costAt(Logs.price("1", "2").build(), call)).isEqualTo("0.030000000000");
    }

    @Test
    void aCostIsRoundedOnceAndHalfEven() {
        ModelPrice price = Logs.price("0.0000000005", "0.0000000005").build();

        // 5 × 10^-13 lies between 0 and 10^-12; 1.5 × 10^-12 between 1 and 2: both go to the even one.
        assertThat(Rating.costAt(price, tokens(1, 0))).isEqualTo("0.000000000000");
        assertThat(Rating.costAt(price, tokens(3, 0))).isEqualTo("0.000000000002");
        // Were each part rounded by itself, this would be nothing.
        assertThat(Rating.costAt(price, tokens(1, 1))).isEqualTo("0.000000000001");
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

        assertThat(Rating.costAt(price, tokens(100, 1))).isEqualTo("0.102000000000");
        assertThat(Rating.costAt(price, tokens(101, 1))).isEqualTo("0.309000000000");
        assertThat(Rating.costAt(price, tokens(201, 1))).isEqualTo("0.812000000000");
    }

    @Test
    void thePriceInForceAtTheCallsOwnTimeIsApplied() {
        ModelPrice first = Logs.price("1", "1").build();
        ModelPrice second = Logs.price("2", "2").setEffectiveFrom(NOON).build();
        List<ModelPrice> prices = List.of(second, first);

        assertThat(Rating.priceAt(NOON.minusMillis(1), prices)).hasValue(first);
        assertThat(Rating.priceAt(NOON, prices)).hasValue(second);
        // The first price covers all earlier time, whatever it says of its beginning.
        assertThat(Rating.priceAt(Instant.EPOCH, List.of(second))).hasValue(second);
        assertThat(Rating.priceAt(NOON, List.of())).isEmpty();
    }

    @Test
    void aSentCostStandsAndAModelWithoutAPriceHasNone() {
        ModelMetrics sent = Logs.call("e", NOON).setCost(new BigDecimal("0.5")).build();

        assertThat(Rating.cost(sent, null)).isEqualTo("0.5");
        assertThat(Rating.cost(tokens(1, 1), null)).isNull();
    }

    private static ModelMetrics tokens(long input, long output) {
        return Logs.call("e", NOON)
                .setTokensInput(input)
                .setTokensOutput(output)
                .build();
    }
}
