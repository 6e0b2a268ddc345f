package io.modelhub.local.reprice;

import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.UsagePlace;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Which records of {@code modelhub.usage} the aggregator has counted, of those that it has read: the ones that it did not reject. So
 * it is known from what the aggregator did, whatever its settings were then.
 */
final class CountedUsage {

    /** What was rejected can be known for as long. */
    private static final Duration KNOWN = Topics.USAGE_REJECTED.retention().orElseThrow();

    private final Instant knownFrom;
    private final Set<UsagePlace> rejected = new HashSet<>();

    /** @param now when {@code modelhub.usage.rejected} is read */
    CountedUsage(Instant now) {
        this.knownFrom = now.minus(KNOWN);
    }

    /** A record of {@code modelhub.usage.rejected}. What came by HTTP never stood on {@code modelhub.usage}. */
    void rejected(RejectedUsage record) {
        UsagePlace.of(record).ifPresent(rejected::add);
    }

    /** Those that retention has left on one topic and not on the other don't hold. */
    boolean holds(Placed<ModelMetrics> record) {
        return record.value() != null
                && !record.appendTime().isBefore(knownFrom)
                && !rejected.contains(new UsagePlace(record.partition(), record.offset()));
    }
}
