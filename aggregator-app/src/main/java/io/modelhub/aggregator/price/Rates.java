package io.modelhub.aggregator.price;

import io.modelhub.aggregator.sum.Measures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost, in US dollars per 1,000. Immutable.
 *
 * <p>The cost of a call is exact and rounded once, HALF_EVEN, to 12 places. Where the rates are small and short enough, which
 * those of real price lists are, it is computed in 64-bit integers that can't overflow by construction; else in
 * {@link BigDecimal}, with the same result.
 */
final class Rates {

    /** Places of an amount: 10^-12 US dollars is the unit of every sum. */
    private static final int AMOUNT_SCALE = 12;

    /** Rates are per 1,000 tokens: three places. */
    private static final int PER_THOUSAND = 3;

    /** Largest token count of a call that the integers are laid out for: input and output of 10^9 each. */
    private static final long MAX_TOKENS = 2_000_000_000L;

    private final BigDecimal input;
    private final BigDecimal output;
    private final BigDecimal cached;
    private final BigDecimal cacheWrite;
    private final BigDecimal reasoning;

    /** The rates as integers of one scale; null where they don't fit. */
    private final @Nullable Scaled scaled;

    /**
     * @param cached for input tokens read from the prompt cache; null: as input
     * @param cacheWrite for input tokens written to the prompt cache; null: as input
     * @param reasoning for reasoning tokens; null: as output
     */
    Rates(
            BigDecimal input,
            BigDecimal output,
            @Nullable BigDecimal cached,
            @Nullable BigDecimal cacheWrite,
            @Nullable BigDecimal reasoning) {
        this.input = input;
        this.output = output;
        this.cached = cached == null ? input : cached;
        this.cacheWrite = cacheWrite == null ? input : cacheWrite;
        this.reasoning = reasoning == null ? output : reasoning;
        this.scaled = scaled();
    }

    /**
     * The cost of a call.
     *
     * @return in 10^-12 US dollars
     * @throws ArithmeticException more than 9.2 million dollars: it doesn't fit into 64 bits
     */
    long costPicos(Measures call) {
        return scaled != null ? scaled.costPicos(call) : exactCostPicos(call);
    }

    /** The rule itself, which the integers must agree with. */
    long exactCostPicos(Measures call) {
        return times(input, uncachedInput(call))
                .add(times(cached, call.tokensInputCached))
                .add(times(cacheWrite, call.tokensCacheWrite))
                .add(times(output, call.tokensOutput - call.tokensReasoning))
                .add(times(reasoning, call.tokensReasoning))
                .movePointLeft(PER_THOUSAND)
                .setScale(AMOUNT_SCALE, RoundingMode.HALF_EVEN)
                .unscaledValue()
                .longValueExact();
    }

    private static BigDecimal times(BigDecimal rate, long tokens) {
        return rate.multiply(BigDecimal.valueOf(tokens));
    }

    private static long uncachedInput(Measures call) {
        return call.tokensInput - call.tokensInputCached - call.tokensCacheWrite;
    }

    private @Nullable Scaled scaled() {
        int scale = Stream.of(input, output, cached, cacheWrite, reasoning)
                .mapToInt(rate -> Math.max(0, rate.stripTrailingZeros().scale()))
                .max()
                .orElse(0);
        if (scale > 18) {
            return null;
        }
        // tokens × rate has scale + 3 places; an amount has 12.
        int up = Math.max(0, AMOUNT_SCALE - PER_THOUSAND - scale);
        int down = Math.max(0, scale + PER_THOUSAND - AMOUNT_SCALE);
        BigDecimal largest = input.max(output).max(cached).max(cacheWrite).max(reasoning);
        BigDecimal largestProduct = largest.movePointRight(scale + up).multiply(BigDecimal.valueOf(MAX_TOKENS));
        if (largestProduct.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) >= 0) {
            return null;
        }
        return new Scaled(
                input.movePointRight(scale + up).longValueExact(),
                output.movePointRight(scale + up).longValueExact(),
                cached.movePointRight(scale + up).longValueExact(),
                cacheWrite.movePointRight(scale + up).longValueExact(),
                reasoning.movePointRight(scale + up).longValueExact(),
                BigDecimal.TEN.pow(down).longValueExact());
    }

    /** Each rate × MAX_TOKENS fits into 64 bits. Costs have 12 places after the division by the divisor. */
    private record Scaled(long input, long output, long cached, long cacheWrite, long reasoning, long divisor) {

        long costPicos(Measures call) {
            long reasoningTokens = call.tokensReasoning;
            long sum = input * uncachedInput(call)
                    + cached * call.tokensInputCached
                    + cacheWrite * call.tokensCacheWrite
                    + output * (call.tokensOutput - reasoningTokens)
                    + reasoning * reasoningTokens;
            return divisor == 1 ? sum : halfEven(sum, divisor);
        }

        private static long halfEven(long dividend, long divisor) {
            long quotient = dividend / divisor;
            long twice = 2 * (dividend % divisor);
            boolean up = twice > divisor || (twice == divisor && (quotient & 1) == 1);
            return up ? quotient + 1 : quotient;
        }
    }
}
