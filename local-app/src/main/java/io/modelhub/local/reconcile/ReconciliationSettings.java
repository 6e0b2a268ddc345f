package io.modelhub.local.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to reconcile.
 *
 * @param bootstrapServers where the broker is
 * @param registryUrl the root of the registry's Confluent API
 * @param group what the ids of the aggregator's consumer groups begin with: its setting {@code application-id}
 * @param horizon its setting {@code acceptance-horizon}
 * @param quotaClock its setting {@code quota-clock}
 * @param quotaThresholds its setting {@code quota-thresholds}
 * @param zones whose calendar days and months are
 * @param grains of windows to compare
 * @param from windows and periods that begin earlier are passed over; null: none is
 * @param to windows and periods that end later are passed over; null: none is
 * @param organization null: all of them
 * @param patience how long to wait until the results cover the log
 */
public record ReconciliationSettings(
        String bootstrapServers,
        String registryUrl,
        String group,
        Duration horizon,
        QuotaClock quotaClock,
        List<Integer> quotaThresholds,
        Zones zones,
        Set<Grain> grains,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String organization,
        Duration patience) {

    /** Whose calendar days and months are. */
    public enum Zones {
        /** The organization's own; those of API keys and routing rules are UTC's. */
        ORGANIZATION,
        /** UTC's for all. */
        UTC
    }
}
