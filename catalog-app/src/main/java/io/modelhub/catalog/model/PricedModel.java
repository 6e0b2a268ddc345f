package io.modelhub.catalog.model;

import java.util.Optional;

/**
 * A model with what it costs.
 *
 * @param providerName its provider's name for people
 * @param prices all that was stated
 * @param standing the price stated last for good: {@link PriceChange#standing}
 */
record PricedModel(Model model, String providerName, PriceHistory prices, Optional<PricePeriod> standing) {

    io.modelhub.schema.Model published() {
        return model.published(prices);
    }
}
