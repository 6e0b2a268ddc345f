package io.modelhub.aggregator.price;

import io.modelhub.schema.Model;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a model of the catalog.
 *
 * @param provider its provider's slug. A model's identifier is opaque: this is the only way to its provider.
 */
public record CatalogModel(String provider, ModelPrices prices) {

    public static CatalogModel of(Model model) {
        return new CatalogModel(model.getProvider(), ModelPrices.of(model));
    }

    /** Null for a model that the catalog doesn't know. */
    public static @Nullable String providerOf(@Nullable CatalogModel known) {
        return known == null ? null : known.provider();
    }
}
