package io.modelhub.aggregator.query;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.catalog.LastingTable;
import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.cluster.Whole;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.schema.Model;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads windows from the stores. */
public final class UsageReader {

    private final Stores stores;
    private final LastingTable<Model, CatalogModel> models;
    private final Retention retention;

    public UsageReader(Stores stores, LastingTable<Model, CatalogModel> models, Retention retention) {
        this.stores = stores;
        this.models = models;
        this.retention = retention;
    }

    /**
     * @param now what is still kept depends on it
     * @throws TooManyWindowsException the query covers more windows than an answer may be made of
     */
    public StoreAnswer<UsageRows> read(UsageQuery query, Instant now) {
        return stores.read(streams -> {
            Grouping grouping = new Grouping(query.groupBy(), query.bucket(), query.zone());
            LastingBook<CatalogModel> catalog = models.in(streams);
            UsageQuery.Filter filter = query.filter();
            Set<String> organizations = filter.organization().map(Set::of).orElse(Set.of());
            Whole whole = stores.whole();
            Map<String, ZoneHistory> zones = whole.calendars(streams, organizations);
            Pieces pieces = new Pieces(query, zones);
            for (Grain grain : Grain.values()) {
                List<WindowsRead.Range> ranges = pieces.ranges(grain);
                if (!ranges.isEmpty()) {
                    whole.windows(
                            streams, new WindowsRead(organizations, ranges), (organization, model, start, end, sum) -> {
                                String provider = CatalogModel.providerOf(catalog.find(model));
                                if (pieces.hold(organization, grain, start)
                                        && filter.holds(organization, provider, model)) {
                                    grouping.add(
                                            new Grouping.Group(
                                                    organization, provider, model, null, Instant.ofEpochMilli(start)),
                                            sum);
                                }
                            });
                }
            }
            return grouping.rows(pieces.areKeptAt(now, retention));
        });
    }
}
