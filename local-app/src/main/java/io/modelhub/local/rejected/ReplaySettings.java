package io.modelhub.local.rejected;

import java.net.URI;
import java.time.Duration;

/**
 * What to send again, and where.
 *
 * @param bootstrapServers where the broker is
 * @param registryUrl the root of the registry's Confluent API
 * @param ingest where ingest-app listens
 * @param group what the ids of the aggregator's consumer groups begin with
 * @param filter which events
 * @param again whether to send also what was sent again before
 * @param patience how long to wait for what becomes of the events, and for ingest-app
 */
public record ReplaySettings(
        String bootstrapServers,
        String registryUrl,
        URI ingest,
        String group,
        RejectedFilter filter,
        boolean again,
        Duration patience) {}
