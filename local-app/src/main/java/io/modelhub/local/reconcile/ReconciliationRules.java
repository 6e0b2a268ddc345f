package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the results depend on beside the log, and which of them to compare.
 *
 * @param horizon the aggregator's setting {@code acceptance-horizon}
 * @param quotaClock the aggregator's setting {@code quota-clock}
 * @param quotaThresholds its setting {@code quota-thresholds}
 * @param grains of windows
 * @param compared windows and periods that don't lie in it whole are passed over
 * @param organization null: all of them
 * @param asOf when: a window that is older than its topic's retention may be gone
 */
record ReconciliationRules(
        Duration horizon,
        QuotaClock quotaClock,
        List<Integer> quotaThresholds,
        Set<Grain> grains,
        Span compared,
        @Nullable String organization,
        Instant asOf) {

    boolean isAbout(@Nullable String some) {
        return organization == null || organization.equals(some);
    }
}
