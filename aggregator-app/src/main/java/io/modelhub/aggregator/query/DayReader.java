package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.day.Days;
import io.modelhub.aggregator.day.MergeRuleDaysProcessor;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.quota.EnforceQuotasProcessor;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** Reads the days of API keys and of routing rules. */
public final class DayReader {

    private final Stores stores;
    private final CatalogTable<Model, CatalogModel> models;
    private final CatalogTable<APIKey, APIKey> apiKeys;

    public DayReader(Stores stores, CatalogTable<Model, CatalogModel> models, CatalogTable<APIKey, APIKey> apiKeys) {
        this.stores = stores;
        this.models = models;
        this.apiKeys = apiKeys;
    }

    /** A key's days; no rows for one that was never used, known or not. */
    public StoreAnswer<UsageRows> ofKey(String apiKey, DayQuery query, Instant now) {
        return stores.read(streams -> rows(
                query,
                now,
                collect -> days(streams, EnforceQuotasProcessor.DAYS)
                        .between(apiKey, query.from(), query.to(), visitor(streams, query, collect))));
    }

    /** The days of the catalog's keys that a filter lets pass, their owners as they are now. */
    public StoreAnswer<UsageRows> ofKeys(KeyFilter filter, DayQuery query, Instant now) {
        return stores.read(streams -> rows(query, now, collect -> {
            Days days = days(streams, EnforceQuotasProcessor.DAYS);
            Days.Visitor visitor = visitor(streams, query, collect);
            filter.ids(streams.store(apiKeys.query()))
                    .forEach(apiKey -> days.between(apiKey, query.from(), query.to(), visitor));
        }));
    }

    /** A rule's days; no rows for one that routed nothing, known or not. */
    public StoreAnswer<UsageRows> ofRule(String rule, DayQuery query, Instant now) {
        return stores.read(streams -> rows(
                query,
                now,
                collect -> days(streams, MergeRuleDaysProcessor.DAYS)
                        .between(rule, query.from(), query.to(), visitor(streams, query, collect))));
    }

    private static UsageRows rows(DayQuery query, Instant now, Consumer<Grouping> reader) {
        Grouping grouping = new Grouping(query.groupBy(), query.bucket(), ZoneOffset.UTC);
        reader.accept(grouping);
        return grouping.rows(!query.from().isBefore(now.minus(Grain.DAY.retention())));
    }

    private static Days days(KafkaStreams streams, String store) {
        return new Days(streams.store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.windowStore())));
    }

    private Days.Visitor visitor(KafkaStreams streams, DayQuery query, Grouping grouping) {
        CatalogBook<CatalogModel> catalog = streams.store(models.query());
        return (day, model, sum) -> {
            if (query.model().map(model::equals).orElse(true)) {
                Instant start = Instant.ofEpochMilli(day.day());
                String provider = CatalogModel.providerOf(catalog.find(model));
                grouping.add(new Grouping.Group(null, provider, model, day.subject(), start), sum.calls());
            }
        };
    }
}
