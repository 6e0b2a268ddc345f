package io.modelhub.aggregator.query;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which calls to add up, and how. A call is in the answer when its own time is in [from, to).
 *
 * @param filter which ones
 * @param bucket the stretches of time of {@link Dimension#WINDOW}
 * @param zone whose clock and calendar cut them
 * @param from start of a bucket, inclusive
 * @param to start of a bucket, exclusive
 * @param groupBy one row for each combination of these; {@link Dimension#API_KEY} is not among them
 */
public record UsageQuery(Filter filter, Bucket bucket, ZoneId zone, Instant from, Instant to, Set<Dimension> groupBy) {

    /**
     * @param organization slug, "-" for none; empty: every one
     * @param provider slug; empty: every one, models that the catalog doesn't know included
     * @param model identifier; empty: every one
     */
    public record Filter(Optional<String> organization, Optional<String> provider, Optional<String> model) {

        boolean holds(String organization, @Nullable String provider, String model) {
            return this.organization.map(organization::equals).orElse(true)
                    && this.provider.map(slug -> slug.equals(provider)).orElse(true)
                    && this.model.map(model::equals).orElse(true);
        }
    }

    public UsageQuery {
        groupBy = Set.copyOf(groupBy);
    }
}
