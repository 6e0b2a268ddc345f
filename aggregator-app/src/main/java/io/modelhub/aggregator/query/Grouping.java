package io.modelhub.aggregator.query;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.sum.CallSum;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds stored sums up to rows: percentiles come from merged sketches, never from averages. */
final class Grouping {

    private static final Comparator<@Nullable String> TEXT = nullsFirst(naturalOrder());

    private static final Comparator<Group> ORDER = comparing(Group::organization, TEXT)
            .thenComparing(Group::provider, TEXT)
            .thenComparing(Group::model, TEXT)
            .thenComparing(Group::apiKey, TEXT)
            .thenComparing(Group::start, nullsFirst(naturalOrder()));

    private final Set<Dimension> dimensions;
    private final Bucket bucket;
    private final ZoneId zone;
    private final TreeMap<Group, CallSum> sums = new TreeMap<>(ORDER);
    private final CallSum total = new CallSum();
    private int added;

    Grouping(Set<Dimension> dimensions, Bucket bucket, ZoneId zone) {
        this.dimensions = dimensions;
        this.bucket = bucket;
        this.zone = zone;
    }

    /** What a stored sum is about. Those that it isn't about are null. */
    record Group(
            @Nullable String organization,
            @Nullable String provider,
            @Nullable String model,
            @Nullable String apiKey,
            @Nullable Instant start) {}

    /** @throws TooManyWindowsException an answer may not be made of so many */
    void add(Group about, CallSum sum) {
        if (++added > TooManyWindowsException.MOST) {
            throw new TooManyWindowsException();
        }
        Group group = new Group(
                only(Dimension.ORGANIZATION, about.organization),
                only(Dimension.PROVIDER, about.provider),
                only(Dimension.MODEL, about.model),
                only(Dimension.API_KEY, about.apiKey),
                about.start == null || !dimensions.contains(Dimension.WINDOW)
                        ? null
                        : bucket.startOf(about.start, zone));
        sums.computeIfAbsent(group, ignored -> new CallSum()).add(sum);
        total.add(sum);
    }

    private @Nullable String only(Dimension dimension, @Nullable String value) {
        return dimensions.contains(dimension) ? value : null;
    }

    UsageRows rows(boolean complete) {
        List<UsageRows.Row> rows = new ArrayList<>(sums.size());
        sums.forEach((group, sum) -> rows.add(new UsageRows.Row(
                group.organization,
                group.provider,
                group.model,
                group.apiKey,
                group.start,
                group.start == null ? null : bucket.endOf(group.start, zone),
                sum)));
        return new UsageRows(rows, total, complete);
    }
}
