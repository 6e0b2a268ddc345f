package io.modelhub.aggregator.query;

import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.quota.QuotaCatalog;
import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.quota.QuotaLimits;
import io.modelhub.aggregator.quota.QuotaRecords;
import io.modelhub.aggregator.quota.QuotaState;
import io.modelhub.aggregator.quota.QuotaStates;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
        return read(view -> view.state(apiKey, now));
    }

    /** Every key of the catalog or with usage that the filter lets pass, by identifier. */
    public StoreAnswer<List<KeyQuotaState>> readAll(KeyFilter filter, Instant now) {
        return read(view -> view.states(filter, now));
    }

    private <T> StoreAnswer<T> read(Function<View, T> reader) {
        return stores.read(streams -> reader.apply(
                new View(streams.store(Lent.query(QuotaStates.LENT, QuotaStates.class)), catalog.in(streams), clock)));
    }

    /** @param tasks the states of each task; a key is in one of them */
    private record View(List<QuotaStates> tasks, QuotaCatalog.View catalog, QuotaClock clock) {

        /** As the next look at the key will find it: a period that ended shows as ended, a new limit as new. */
        Optional<KeyQuotaState> state(String apiKey, Instant wallClock) {
            QuotaLimits limits = catalog.limits(apiKey);
            QuotaState stored = stored(apiKey);
            if (!limits.known() && stored == null) {
                return Optional.empty();
            }
            ZoneId zone = catalog.zone(limits);
            Instant now = stored == null ? wallClock : clock.idle(wallClock, stored.lastUsedAt());
            QuotaState state = stored == null ? QuotaState.begin(wallClock, zone) : stored;
            return Optional.of(QuotaRecords.state(
                    apiKey,
                    now == null ? state : state.at(now, zone, limits, List.of()).state()));
        }

        private @Nullable QuotaState stored(String apiKey) {
            return tasks.stream()
                    .map(task -> task.get(apiKey))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        List<KeyQuotaState> states(KeyFilter filter, Instant now) {
            TreeSet<String> ids = new TreeSet<>(catalog.knownKeys());
            for (QuotaStates task : tasks) {
                for (String used : task.keys()) {
                    QuotaState state = task.get(used);
                    if (state != null && !state.deleted()) {
                        ids.add(used);
                    }
                }
            }
            List<KeyQuotaState> states = new ArrayList<>();
            ids.stream()
                    .filter(id -> filter.holds(catalog.apiKeys().find(id)))
                    .forEach(id -> state(id, now).ifPresent(states::add));
            return states;
        }
    }
}
