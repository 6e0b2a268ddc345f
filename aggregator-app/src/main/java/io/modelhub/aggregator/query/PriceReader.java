package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import java.time.Instant;
import java.util.Optional;

/** Reads prices as the price stage knows them now. */
public final class PriceReader {

    private final Stores stores;
    private final CatalogTable<Model, CatalogModel> models;

    public PriceReader(Stores stores, CatalogTable<Model, CatalogModel> models) {
        this.stores = stores;
        this.models = models;
    }

    /** The price that a call at a moment would have; empty for a model that is not known or has no price. */
    public StoreAnswer<Optional<ModelPrice>> read(String model, Instant at) {
        return stores.read(
                streams -> Optional.ofNullable(streams.store(models.query()).find(model))
                        .flatMap(known -> known.prices().at(at)));
    }
}
