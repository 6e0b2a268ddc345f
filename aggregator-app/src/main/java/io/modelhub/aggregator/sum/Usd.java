package io.modelhub.aggregator.sum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

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

    /**
     * An amount of any size as picos of 64 bits each, which add up to it; one for all amounts up to 9.2 million dollars.
     *
     * @param amount with at most 12 places
     */
    public static List<Long> parts(BigDecimal amount) {
        List<Long> parts = new ArrayList<>(1);
        BigInteger left = amount.setScale(SCALE).unscaledValue();
        while (left.bitLength() >= Long.SIZE) {
            long part = left.signum() < 0 ? -Long.MAX_VALUE : Long.MAX_VALUE;
            parts.add(part);
            left = left.subtract(BigInteger.valueOf(part));
        }
        parts.add(left.longValueExact());
        return parts;
    }

    public static BigDecimal ofPicos(BigInteger picos) {
        return new BigDecimal(picos, SCALE);
    }
}
