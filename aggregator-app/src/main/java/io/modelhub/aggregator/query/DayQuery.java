package io.modelhub.aggregator.query;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which days of keys or rules to add up, and how. Days are in UTC.
 *
 * @param model identifier; empty: every one
 * @param bucket {@link Bucket#DAY} or {@link Bucket#MONTH}
 * @param from start of a bucket, inclusive
 * @param to start of a bucket, exclusive
 * @param groupBy one row for each combination of these; {@link Dimension#ORGANIZATION} is not among them
 */
public record DayQuery(Optional<String> model, Bucket bucket, Instant from, Instant to, Set<Dimension> groupBy) {

    public DayQuery {
        groupBy = Set.copyOf(groupBy);
    }
}
