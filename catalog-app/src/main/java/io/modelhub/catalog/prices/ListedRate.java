package io.modelhub.catalog.prices;

import io.modelhub.catalog.check.Money;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/** How many tokens the rates of a price list are for. */
enum ListedRate {
    PER_TOKEN(3),
    PER_MILLION_TOKENS(-3);

    /** Scaling a number with an exponent at the end of int would overflow. */
    private static final int LARGEST_EXPONENT = 100;

    private final int powerToThousand;

    ListedRate(int powerToThousand) {
        this.powerToThousand = powerToThousand;
    }

    /** US dollars per 1,000 tokens, exactly. */
    BigDecimal perThousand(JsonNode rate, String field) throws NotListed {
        if (!rate.isNumber()) {
            throw new NotListed("malformed_price", "its " + field + " is no number");
        }
        BigDecimal exact = rate.decimalValue();
        if (exact.scale() < -LARGEST_EXPONENT) {
            throw new NotListed("malformed_price", "its " + field + " is no sensible number");
        }
        if (exact.scale() > LARGEST_EXPONENT && exact.signum() != 0) {
            throw new NotListed("malformed_price", "its " + field + " has too many decimal places");
        }
        Money.Reading perThousand = Money.RATE.read(exact.scaleByPowerOfTen(powerToThousand));
        if (perThousand instanceof Money.Wrong wrong) {
            throw new NotListed("malformed_price", "its " + field + " per 1,000 tokens " + wrong.message());
        }
        return ((Money.Exact) perThousand).amount();
    }
}
