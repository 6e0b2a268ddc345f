package io.modelhub.aggregator.query;

import io.modelhub.aggregator.quota.QuotaCatalog;
import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.quota.QuotaLimits;
import io.modelhub.aggregator.quota.QuotaRecords;
import io.modelhub.aggregator.quota.QuotaState;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads what keys have spent and whether they are enabled, with the limits as the catalog says now. */
public final class KeyQuotaReader {

    private final Stores stores;
    private final QuotaCatalog catalog;
    private final QuotaClock clock;

    public KeyQuotaReader(Stores stores, QuotaCatalog catalog, QuotaClock clock) {
        this.stores = stores;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * A key's state; empty for one that neither the catalog nor any usage has shown.
     *
     * @param now by the wall clock
     */
    public StoreAnswer<Optional<KeyQuotaState>> read(String apiKey, Instant now) {
        return read(Set.of(apiKey), view -> view.state(apiKey, now));
    }

    /** Every key of the catalog or with usage that the filter lets pass, by identifier. */
    public StoreAnswer<List<KeyQuotaState>> readAll(KeyFilter filter, Instant now) {
        return read(Set.of(), view -> view.states(filter, now));
    }

    /** @param keys whose states are needed; empty: every one's */
    private <T> StoreAnswer<T> read(Set<String> keys, Function<View, T> reader) {
        return stores.read(
                streams -> reader.apply(new View(stores.whole().quotas(streams, keys), catalog.in(streams), clock)));
    }

    /** @param stored states by key */
    private record View(Map<String, QuotaState> stored, QuotaCatalog.View catalog, QuotaClock clock) {

        /** As the next look at the key will find it: a period that ended shows as ended, a new limit as new. */
        Optional<KeyQuotaState> state(String apiKey, Instant wallClock) {
            QuotaLimits limits = catalog.limits(apiKey);
            QuotaState last = stored.get(apiKey);
            if (!limits.known() && last == null) {
                return Optional.empty();
            }
            ZoneId zone = catalog.zone(limits);
            Instant now = last == null ? wallClock : clock.idle(wallClock, last.lastUsedAt());
            QuotaState state = last == null ? QuotaState.begin(wallClock, zone) : last;
            return Optional.of(QuotaRecords.state(
                    apiKey,
                    now == null ? state : state.at(now, zone, limits, List.of()).state()));
        }

        List<KeyQuotaState> states(KeyFilter filter, Instant now) {
            TreeSet<String> ids = new TreeSet<>(catalog.knownKeys());
            stored.forEach((used, state) -> {
                if (!state.deleted()) {
                    ids.add(used);
                }
            });
            List<KeyQuotaState> states = new ArrayList<>();
            ids.stream()
                    .filter(id -> filter.holds(catalog.apiKeys().find(id)))
                    .forEach(id -> state(id, now).ifPresent(states::add));
            return states;
        }
    }
}
