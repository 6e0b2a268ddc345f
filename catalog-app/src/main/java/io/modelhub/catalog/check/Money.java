package io.modelhub.catalog.check;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * US dollars with a fixed number of decimal places, never rounded: what has more places is refused. 38 digits in all, as in
 * the Avro types and the database.
 */
public enum Money {
    /** What is spent or may be spent. */
    AMOUNT(12),
    /** What 1,000 tokens cost; real price lists have up to 20 places. */
    RATE(24);

    private static final int DIGITS = 38;
    /** Far more than any money has; keeps {@code 1e999999999} from being written out. */
    private static final int LONGEST = 100;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

    private final int places;

    Money(int places) {
        this.places = places;
    }

    /** An amount with exactly this kind's places, or why there is none. */
    public sealed interface Reading {}

    public record Exact(BigDecimal amount) implements Reading {}

    public record Wrong(String code, String message) implements Reading {}

    public Reading read(String text) {
        if (text.length() > LONGEST || !DECIMAL.matcher(text).matches()) {
            return new Wrong("malformed", "must be a decimal number such as 0.0025");
        }
        return read(new BigDecimal(text));
    }

    public Reading read(BigDecimal number) {
        if (number.signum() == 0) {
            return new Exact(BigDecimal.ZERO.setScale(places));
        }
        if (number.signum() < 0) {
            return new Wrong("negative", "must not be negative");
        }
        // Compared in long: the scale of a JSON number may be close to the ends of int.
        long integerDigits = (long) number.precision() - number.scale();
        if (integerDigits > DIGITS - places) {
            return new Wrong("too_large", "must have at most " + (DIGITS - places) + " digits before the point");
        }
        if (number.scale() > LONGEST || number.stripTrailingZeros().scale() > places) {
            return new Wrong("too_precise", "must have at most " + places + " decimal places");
        }
        return new Exact(number.setScale(places));
    }
}
