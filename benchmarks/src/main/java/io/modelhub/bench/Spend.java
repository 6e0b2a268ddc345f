package io.modelhub.bench;

import java.math.BigDecimal;

/**
 * What some calls add up to.
 *
 * @param cost US dollars
 */
record Spend(long requests, BigDecimal cost) {

    static final Spend NONE = new Spend(0, BigDecimal.ZERO);

    Spend plus(Spend other) {
        return new Spend(requests + other.requests, cost.add(other.cost));
    }

    @Override
    public String toString() {
        return "%,d requests for %s USD".formatted(requests, cost.toPlainString());
    }
}
