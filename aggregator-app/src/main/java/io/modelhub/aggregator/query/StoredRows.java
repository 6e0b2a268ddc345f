package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.Tolerance;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads windows and entities one by one, as they are stored. */
public final class StoredRows {

    private final Stores stores;
    private final CatalogTable<Model, CatalogModel> models;
    private final CatalogTable<APIKey, APIKey> apiKeys;
    private final CatalogTable<Organization, ZoneId> organizations;

    public StoredRows(
            Stores stores,
            CatalogTable<Model, CatalogModel> models,
            CatalogTable<APIKey, APIKey> apiKeys,
            CatalogTable<Organization, ZoneId> organizations) {
        this.stores = stores;
        this.models = models;
        this.apiKeys = apiKeys;
        this.organizations = organizations;
    }

    /**
     * Windows of all instances, in no order. The visitor may get some even where the answer is that the rest can't be read.
     *
     * @return as of what, for each partition that was read
     */
    public StoreAnswer<List<Position>> windows(WindowsRead read, Tolerance tolerance, Ledger.Visitor visitor) {
        return stores.read(streams -> stores.whole().windows(streams, read, tolerance, visitor));
    }

    public StoreAnswer<CatalogEntries> catalog() {
        return stores.read(streams -> new CatalogEntries(
                entries(streams.store(models.query())),
                entries(streams.store(apiKeys.query())),
                entries(streams.store(organizations.query()))));
    }

    /** Whether the stores of this instance can be read now. Next to nothing to ask. */
    public boolean areReadable() {
        return stores.read(streams -> streams.store(models.query())) instanceof StoreAnswer.Found;
    }

    private static <V> Map<String, V> entries(CatalogBook<V> book) {
        Map<String, V> entries = new TreeMap<>();
        for (String id : book.ids()) {
            V value = book.find(id);
            if (value != null) {
                entries.put(id, value);
            }
        }
        return entries;
    }
}
