package io.modelhub.local.reprice;

import java.time.Duration;

/**
 * What to reprice.
 *
 * @param bootstrapServers where the broker is
 * @param registryUrl the root of the registry's Confluent API
 * @param group what the ids of the aggregator's consumer groups begin with: its setting {@code application-id}
 * @param selection which calls
 * @param dryRun whether to write nothing
 * @param patience how long to wait until the aggregator has read what was written
 */
public record RepriceSettings(
        String bootstrapServers,
        String registryUrl,
        String group,
        Selection selection,
        boolean dryRun,
        Duration patience) {}
