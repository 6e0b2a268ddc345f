package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.window.WindowId;
import io.modelhub.aggregator.window.WindowSum;
import io.modelhub.schema.Model;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

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
            pieces.forEach(piece -> scan(streams, piece, query.filter(), catalog, grouping));
            return grouping.rows(complete);
        });
    }

    private static void scan(
            KafkaStreams streams,
            Piece piece,
            UsageQuery.Filter filter,
            CatalogBook<CatalogModel> catalog,
            Grouping grouping) {
        ReadOnlyWindowStore<String, byte[]> windows = streams.store(
                StoreQueryParameters.fromNameAndType(piece.grain().store(), QueryableStoreTypes.windowStore()));
        try (KeyValueIterator<Windowed<String>, byte[]> found = fetch(windows, piece, filter.organization())) {
            while (found.hasNext()) {
                KeyValue<Windowed<String>, byte[]> entry = found.next();
                WindowId window = WindowId.of(
                        piece.grain(), entry.key.key(), entry.key.window().start());
                String provider = CatalogModel.providerOf(catalog.find(window.model()));
                if (filter.holds(window.organization(), provider, window.model())) {
                    grouping.add(
                            new Grouping.Group(
                                    window.organization(),
                                    provider,
                                    window.model(),
                                    null,
                                    Instant.ofEpochMilli(window.start())),
                            WindowSum.decode(entry.value));
                }
            }
        }
    }

    private static KeyValueIterator<Windowed<String>, byte[]> fetch(
            ReadOnlyWindowStore<String, byte[]> windows, Piece piece, Optional<String> organization) {
        Instant first = Instant.ofEpochMilli(piece.from());
        Instant last = Instant.ofEpochMilli(piece.to() - 1);
        return organization
                .map(slug -> windows.fetch(WindowId.firstKeyOf(slug), WindowId.lastKeyOf(slug), first, last))
                .orElseGet(() -> windows.fetchAll(first, last));
    }
}
