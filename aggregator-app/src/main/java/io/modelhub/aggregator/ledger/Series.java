package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.window.Grain;
import java.time.Duration;
import java.util.Arrays;

/**
 * A series of windows about a subject, by model. The windows of some time stand together on a page, which is read and written
 * as one; its length trades the size of pages for their number. The order is part of the state's format.
 */
public enum Series {
    ORGANIZATION_MINUTES(Subject.ORGANIZATION, Grain.MINUTE, Duration.ofMinutes(15)),
    ORGANIZATION_QUARTERS(Subject.ORGANIZATION, Grain.QUARTER_HOUR, Duration.ofHours(1)),
    ORGANIZATION_DAYS(Subject.ORGANIZATION, Grain.DAY, Duration.ofDays(1)),
    KEY_DAYS(Subject.API_KEY, Grain.DAY, Duration.ofDays(1)),
    RULE_DAYS(Subject.ROUTING_RULE, Grain.DAY, Duration.ofDays(1));

    private final Subject subject;
    private final Grain grain;
    private final long windowMs;
    private final long pageMs;

    Series(Subject subject, Grain grain, Duration page) {
        this.subject = subject;
        this.grain = grain;
        this.windowMs = grain.size().toMillis();
        this.pageMs = page.toMillis();
    }

    /** Those about a subject. */
    static Series[] about(Subject subject) {
        return Arrays.stream(values())
                .filter(series -> series.subject == subject)
                .toArray(Series[]::new);
    }

    /** The windows of organizations of a grain. */
    public static Series ofOrganizations(Grain grain) {
        return Arrays.stream(about(Subject.ORGANIZATION))
                .filter(series -> series.grain == grain)
                .findFirst()
                .orElseThrow();
    }

    /** Of the series that is kept longest. */
    public static Duration longestRetention() {
        return Arrays.stream(values())
                .map(series -> series.grain.retention())
                .max(Duration::compareTo)
                .orElseThrow();
    }

    public Grain grain() {
        return grain;
    }

    /** Start of the page with this moment; both in epoch milliseconds. */
    long pageOf(long time) {
        return time - Math.floorMod(time, pageMs);
    }

    long pageEnd(long page) {
        return page + pageMs;
    }

    /** Which window on its page a moment is in. */
    int windowOf(long time) {
        return (int) (Math.floorMod(time, pageMs) / windowMs);
    }

    long startOf(long page, int window) {
        return page + window * windowMs;
    }
}
