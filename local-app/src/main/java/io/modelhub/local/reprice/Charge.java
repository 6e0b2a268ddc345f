package io.modelhub.local.reprice;

import io.modelhub.local.usage.Rates;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what calls are charged.
 *
 * @param price null: by none, they are unpriced
 * @param rates of the price; what is charged is the same where they are
 */
record Charge(@Nullable ModelPrice price, Optional<Rates> rates) {

    static Charge by(@Nullable ModelPrice price) {
        return new Charge(price, Optional.ofNullable(price).map(Rates::of));
    }

    /** US dollars with 12 places; nothing where the call is unpriced. */
    BigDecimal of(ModelMetrics usage) {
        return rates.map(each -> each.costOf(usage)).orElse(BigDecimal.ZERO.setScale(12));
    }
}
