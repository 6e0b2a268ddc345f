package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.catalog.LastingTable;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;

/** Reads the days of API keys and of routing rules. */
public final class DayReader {

    private final Stores stores;
    private final LastingTable<Model, CatalogModel> models;
    private final CatalogTable<APIKey, APIKey> apiKeys;
    private final Retention retention;

    public DayReader(
            Stores stores,
            LastingTable<Model, CatalogModel> models,
            CatalogTable<APIKey, APIKey> apiKeys,
            Retention retention) {
        this.stores = stores;
        this.models = models;
        this.apiKeys = apiKeys;
        this.retention = retention;
    }

    /** A key's days; no rows for one that was never used, known or not. */
    public StoreAnswer<UsageRows> ofKey(String apiKey, DayQuery query, Instant now) {
        return stores.read(streams -> rows(streams, Series.KEY_DAYS, Set.of(apiKey), query, now));
    }

    /** The days of the catalog's keys that a filter lets pass, their owners as they are now. */
    public StoreAnswer<UsageRows> ofKeys(KeyFilter filter, DayQuery query, Instant now) {
        return stores.read(streams ->
                rows(streams, Series.KEY_DAYS, Set.copyOf(filter.ids(streams.store(apiKeys.query()))), query, now));
    }

    /** A rule's days; no rows for one that routed nothing, known or not. */
    public StoreAnswer<UsageRows> ofRule(String rule, DayQuery query, Instant now) {
        return stores.read(streams -> rows(streams, Series.RULE_DAYS, Set.of(rule), query, now));
    }

    private UsageRows rows(KafkaStreams streams, Series series, Set<String> subjects, DayQuery query, Instant now) {
        Grouping grouping = new Grouping(query.groupBy(), query.bucket(), ZoneOffset.UTC);
        LastingBook<CatalogModel> catalog = models.in(streams);
        Ledger.Visitor visitor = (subject, model, start, end, sum) -> {
            if (query.model().map(model::equals).orElse(true)) {
                String provider = CatalogModel.providerOf(catalog.find(model));
                grouping.add(new Grouping.Group(null, provider, model, subject, Instant.ofEpochMilli(start)), sum);
            }
        };
        if (!subjects.isEmpty()) {
            stores.whole()
                    .windows(
                            streams,
                            new WindowsRead(
                                    subjects,
                                    List.of(new WindowsRead.Range(
                                            series,
                                            query.from().toEpochMilli(),
                                            query.to().toEpochMilli()))),
                            visitor);
        }
        return grouping.rows(!query.from().isBefore(now.minus(retention.days())));
    }
}
