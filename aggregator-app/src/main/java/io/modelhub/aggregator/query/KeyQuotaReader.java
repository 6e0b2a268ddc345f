package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.day.Days;
import io.modelhub.aggregator.quota.CalendarPeriod;
import io.modelhub.aggregator.quota.EnforceQuotasProcessor;
import io.modelhub.aggregator.quota.QuotaLimits;
import io.modelhub.aggregator.quota.QuotaRecords;
import io.modelhub.aggregator.quota.QuotaState;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads what keys have spent and whether they are enabled, with the limits as the catalog says now. */
public final class KeyQuotaReader {

    private final Stores stores;
    private final CatalogTable<APIKey, APIKey> apiKeys;

    public KeyQuotaReader(Stores stores, CatalogTable<APIKey, APIKey> apiKeys) {
        this.stores = stores;
        this.apiKeys = apiKeys;
    }

    /**
     * A key's state; empty for one that neither the catalog nor any usage has shown.
     *
     * @param now where the key was never used: its periods are those that contain this moment
     */
    public StoreAnswer<Optional<KeyQuotaState>> read(String apiKey, Instant now) {
        return read(view -> view.state(apiKey, now));
    }

    /** Every key of the catalog or with usage that the filter lets pass, by identifier. */
    public StoreAnswer<List<KeyQuotaState>> readAll(KeyFilter filter, Instant now) {
        return read(view -> view.states(filter, now));
    }

    private <T> StoreAnswer<T> read(Function<View, T> reader) {
        return stores.read(streams -> reader.apply(new View(
                streams.store(StoreQueryParameters.fromNameAndType(
                        EnforceQuotasProcessor.QUOTAS, QueryableStoreTypes.keyValueStore())),
                new Days(streams.store(StoreQueryParameters.fromNameAndType(
                        EnforceQuotasProcessor.DAYS, QueryableStoreTypes.windowStore()))),
                streams.store(apiKeys.query()))));
    }

    private record View(ReadOnlyKeyValueStore<String, QuotaState> quotas, Days days, CatalogBook<APIKey> catalog) {

        Optional<KeyQuotaState> state(String apiKey, Instant now) {
            APIKey known = catalog.find(apiKey);
            QuotaState state = quotas.get(apiKey);
            if (known == null && state == null) {
                return Optional.empty();
            }
            QuotaLimits limits = QuotaLimits.of(known);
            return Optional.of(QuotaRecords.state(apiKey, orBegun(apiKey, state, limits, now), limits));
        }

        private QuotaState orBegun(String apiKey, @Nullable QuotaState state, QuotaLimits limits, Instant now) {
            return state != null ? state : QuotaState.begin(limits, now, period -> spentIn(apiKey, period));
        }

        private BigDecimal spentIn(String apiKey, CalendarPeriod period) {
            return days.sums(apiKey, period.start(), period.end()).cost();
        }

        List<KeyQuotaState> states(KeyFilter filter, Instant now) {
            TreeSet<String> ids = new TreeSet<>(catalog.ids());
            try (KeyValueIterator<String, QuotaState> used = quotas.all()) {
                while (used.hasNext()) {
                    KeyValue<String, QuotaState> entry = used.next();
                    ids.add(entry.key);
                }
            }
            List<KeyQuotaState> states = new ArrayList<>();
            ids.stream()
                    .filter(id -> filter.holds(catalog.find(id)))
                    .forEach(id -> state(id, now).ifPresent(states::add));
            return states;
        }
    }
}
