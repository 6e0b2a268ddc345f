package io.modelhub.catalog.model;

import java.util.List;

/**
 * A model with what it costs.
 *
 * @param providerName its provider's name for people
 * @param prices its periods by rising beginning
 */
record PricedModel(Model model, String providerName, List<PricePeriod> prices) {

    io.modelhub.schema.Model published() {
        return model.published(prices);
    }
}
