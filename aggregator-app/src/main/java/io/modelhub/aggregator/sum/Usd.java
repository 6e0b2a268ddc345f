package io.modelhub.aggregator.sum;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Amounts in picos: 10^-12 US dollars, the last place of the platform's {@code decimal(38,12)}. */
public final class Usd {

    public static final int SCALE = 12;

    public static final BigDecimal ZERO = BigDecimal.ZERO.setScale(SCALE);

    private Usd() {}

    /**
     * @param amount with at most 12 places
     * @throws ArithmeticException it has more, or is above 9.2 million dollars
     */
    public static long picos(BigDecimal amount) {
        return amount.setScale(SCALE).unscaledValue().longValueExact();
    }

    public static BigDecimal ofPicos(BigInteger picos) {
        return new BigDecimal(picos, SCALE);
    }
}
