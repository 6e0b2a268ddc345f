package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.LastingTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import java.time.Instant;
import java.util.Optional;

/** Reads prices as the price stage knows them now. */
public final class PriceReader {

    private final Stores stores;
    private final LastingTable<Model, CatalogModel> models;

    public PriceReader(Stores stores, LastingTable<Model, CatalogModel> models) {
        this.stores = stores;
        this.models = models;
    }

    /** The price that a call at a moment would have, also of a model that was deleted; empty for one that was never known or has no price. */
    public StoreAnswer<Optional<ModelPrice>> read(String model, Instant at) {
        return stores.read(streams -> Optional.ofNullable(models.in(streams).find(model))
                .flatMap(known -> known.prices().at(at)));
    }
}
