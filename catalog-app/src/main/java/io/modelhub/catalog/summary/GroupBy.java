package io.modelhub.catalog.summary;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the rows of a summary are told apart by. */
enum GroupBy {
    HOUR("1h", Duration.ofHours(1)),
    DAY("1d", Duration.ofDays(1)),
    MONTH("1mo", Duration.ofDays(30)),
    MODEL(null, null),
    PROVIDER(null, null),
    ORGANIZATION(null, null);

    private final @Nullable String window;
    private final @Nullable Duration size;

    GroupBy(@Nullable String window, @Nullable Duration size) {
        this.window = window;
        this.size = size;
    }

    /** As in {@code group_by}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isTime() {
        return window != null;
    }

    /** The aggregator's name of a stretch of time; null where this is none. */
    @Nullable
    String window() {
        return window;
    }

    /** About how long a stretch is; null where this is none. */
    @Nullable
    Duration size() {
        return size;
    }

    /** As the aggregator's {@code group_by} calls it. */
    String dimension() {
        return isTime() ? "window" : word();
    }
}
