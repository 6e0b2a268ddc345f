package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.Tolerance;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.query.CatalogEntries;
import io.modelhub.aggregator.query.StoreAnswer;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Where rows come from: the only way from statements to the stores. */
public interface Sources {

    /** Windows, wherever they are kept; as of what, for each partition that was read. */
    StoreAnswer<List<Position>> windows(WindowsRead read, Tolerance tolerance, Ledger.Visitor visitor);

    /** @param keys empty: every one of the catalog or with usage */
    StoreAnswer<List<KeyQuotaState>> quotas(Set<String> keys, Instant now);

    /**
     * What happened to the limits of keys.
     *
     * @param from some of before may be told, too
     * @param visitor false ends the reading
     */
    StoreAnswer<Boolean> quotaEvents(Instant from, Predicate<KeyQuotaEvent> visitor);

    StoreAnswer<CatalogEntries> catalog();

    /** Whether the stores of this instance can be read now. */
    boolean areReadable();
}
