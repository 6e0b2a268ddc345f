package io.modelhub.aggregator.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.Measures;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RatesTest {

    @Test
    void chargesEachKindOfTokenAtItsOwnRate() {
        Rates rates = rates("2", "10", "0.5", "3", "20");
        Measures call = Measures.of(Calls.call()
                .setTokensInput(1000) // 700 plain, 200 cached, 100 written to the cache
                .setTokensInputCached(200)
                .setTokensCacheWrite(100)
                .setTokensOutput(500) // 400 plain, 100 reasoning
                .setTokensReasoning(100)
                .build());
        // 0.7 × 2 + 0.2 × 0.5 + 0.1 × 3 + 0.4 × 10 + 0.1 × 20
        assertThat(rates.costPicos(call)).isEqualTo(7_800_000_000_000L);
    }

    @Test
    void chargesAsInputOrOutputWhatHasNoRateOfItsOwn() {
        Rates rates = rates("2", "10", null, null, null);
        Measures call = Measures.of(Calls.call()
                .setTokensInput(1000)
                .setTokensInputCached(1000)
                .setTokensOutput(1000)
                .setTokensReasoning(1000)
                .build());
        assertThat(rates.costPicos(call)).isEqualTo(12_000_000_000_000L);
    }

    @Test
    void roundsOnceAndHalfToEven() {
        // One token at 10^-9 per 1,000 is 10^-12: nothing to round. At half of that the tie goes to the even neighbour.
        assertThat(rates("0.000000001", "0", null, null, null).costPicos(input(1)))
                .isEqualTo(1);
        assertThat(rates("0.0000000005", "0", null, null, null).costPicos(input(1)))
                .isEqualTo(0);
        assertThat(rates("0.0000000015", "0", null, null, null).costPicos(input(1)))
                .isEqualTo(2);
        assertThat(rates("0.0000000025", "0", null, null, null).costPicos(input(1)))
                .isEqualTo(2);
        assertThat(rates("0.00000000250001", "0", null, null, null).costPicos(input(1)))
                .isEqualTo(3);
        // Two halves of different rates make a whole: they are added before the rounding.
        Rates halves = rates("0.0000000005", "0.0000000005", null, null, null);
        assertThat(halves.costPicos(Measures.of(
                        Calls.call().setTokensInput(1).setTokensOutput(1).build())))
                .isEqualTo(1);
    }

    @Test
    void saysSoLoudlyWhereACostDoesNotFit() {
        assertThatThrownBy(() -> rates("1000000", "0", null, null, null).costPicos(input(1_000_000_000)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void integersAgreeWithDecimalsForAnyRates() {
        RandomGenerator random = Seeded.random(getClass());
        for (int i = 0; i < 20_000; i++) {
            Rates rates = new Rates(rate(random), rate(random), rate(random), rate(random), rate(random));
            long input = random.nextLong(1L << random.nextInt(1, 30));
            long cached = input == 0 ? 0 : random.nextLong(input);
            long output = random.nextLong(1L << random.nextInt(1, 30));
            Measures call = Measures.of(Calls.call()
                    .setTokensInput(input)
                    .setTokensInputCached(cached)
                    .setTokensCacheWrite(input - cached == 0 ? 0 : random.nextLong(input - cached))
                    .setTokensOutput(output)
                    .setTokensReasoning(output == 0 ? 0 : random.nextLong(output))
                    .build());
            assertThat(rates.costPicos(call)).isEqualTo(rates.exactCostPicos(call));
        }
    }

    /** From 0 to about 1 dollar per 1,000 tokens, with up to 24 places. */
    private static BigDecimal rate(RandomGenerator random) {
        int scale = random.nextInt(25);
        BigInteger bound = BigInteger.TEN.pow(scale);
        BigInteger unscaled =
                BigInteger.valueOf(random.nextLong(Long.MAX_VALUE)).mod(bound.max(BigInteger.ONE));
        return new BigDecimal(unscaled, scale);
    }

    private static Measures input(long tokens) {
        return Measures.of(Calls.call().setTokensInput(tokens).build());
    }

    private static Rates rates(String input, String output, String cached, String cacheWrite, String reasoning) {
        return new Rates(
                new BigDecimal(input),
                new BigDecimal(output),
                decimal(cached),
                decimal(cacheWrite),
                decimal(reasoning));
    }

    private static BigDecimal decimal(String text) {
        return text == null ? null : new BigDecimal(text);
    }
}
