package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.Tolerance;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.query.CatalogEntries;
import io.modelhub.aggregator.query.KeyFilter;
import io.modelhub.aggregator.query.KeyQuotaReader;
import io.modelhub.aggregator.query.QuotaEventReader;
import io.modelhub.aggregator.query.StoreAnswer;
import io.modelhub.aggregator.query.StoredRows;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The rows of the state stores, and of the topic of events. */
public record StoreSources(StoredRows stored, KeyQuotaReader quotas, QuotaEventReader events) implements Sources {

    /** More keys than this are read all together. */
    private static final int FEW_KEYS = 32;

    @Override
    public StoreAnswer<List<Position>> windows(WindowsRead read, Tolerance tolerance, Ledger.Visitor visitor) {
        return stored.windows(read, tolerance, visitor);
    }

    @Override
    public StoreAnswer<List<KeyQuotaState>> quotas(Set<String> keys, Instant now) {
        if (keys.isEmpty() || keys.size() > FEW_KEYS) {
            return quotas.readAll(new KeyFilter(Optional.empty(), Optional.empty()), now);
        }
        StoreAnswer<List<KeyQuotaState>> states = new StoreAnswer.Found<>(new ArrayList<>());
        for (String key : keys) {
            states = states.flatMap(known -> quotas.read(key, now).map(state -> {
                state.ifPresent(known::add);
                return known;
            }));
        }
        return states;
    }

    @Override
    public StoreAnswer<Boolean> quotaEvents(Instant from, Predicate<KeyQuotaEvent> visitor) {
        return events.read(from, visitor);
    }

    @Override
    public StoreAnswer<CatalogEntries> catalog() {
        return stored.catalog();
    }

    @Override
    public boolean areReadable() {
        return stored.areReadable();
    }
}
