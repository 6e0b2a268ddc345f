package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.Model;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Reads windows from the stores. */
public final class UsageReader {

    private final Stores stores;
    private final CatalogTable<Model, CatalogModel> models;

    public UsageReader(Stores stores, CatalogTable<Model, CatalogModel> models) {
        this.stores = stores;
        this.models = models;
    }

    /**
     * @param now what is still kept depends on it
     * @throws TooManyWindowsException the query covers more windows than an answer may be made of
     */
    public StoreAnswer<UsageRows> read(UsageQuery query, Instant now) {
        List<Piece> pieces = Piece.of(query);
        boolean complete = pieces.stream().allMatch(piece -> piece.isKeptAt(now));
        return stores.read(streams -> {
            Grouping grouping = new Grouping(query.groupBy(), query.bucket(), query.zone());
            CatalogBook<CatalogModel> catalog = streams.store(models.query());
            UsageQuery.Filter filter = query.filter();
            stores.whole().windows(streams, read(filter, pieces), (organization, model, start, sum) -> {
                String provider = CatalogModel.providerOf(catalog.find(model));
                if (filter.holds(organization, provider, model)) {
                    grouping.add(
                            new Grouping.Group(organization, provider, model, null, Instant.ofEpochMilli(start)), sum);
                }
            });
            return grouping.rows(complete);
        });
    }

    private static WindowsRead read(UsageQuery.Filter filter, List<Piece> pieces) {
        return new WindowsRead(
                filter.organization().map(Set::of).orElse(Set.of()),
                pieces.stream()
                        .map(piece ->
                                new WindowsRead.Range(Series.ofOrganizations(piece.grain()), piece.from(), piece.to()))
                        .toList());
    }
}
