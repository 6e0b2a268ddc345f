package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.window.Grain;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A series of windows about a subject, by model. The windows of some time stand together on a page, which is read and written
 * as one; its length trades the size of pages for their number. Days and months of organizations are cut by {@link Calendars}, and each
 * is a page of its own; those of other subjects are days of UTC. The order is part of the state's format.
 */
public enum Series {
    ORGANIZATION_MINUTES(Subject.ORGANIZATION, Grain.MINUTE, Grain.MINUTE.longest(), 15),
    ORGANIZATION_QUARTERS(Subject.ORGANIZATION, Grain.QUARTER_HOUR, Grain.QUARTER_HOUR.longest(), 4),
    ORGANIZATION_DAYS(Grain.DAY, CalendarUnit.DAY),
    KEY_DAYS(Subject.API_KEY, Grain.DAY, Duration.ofDays(1), 1),
    RULE_DAYS(Subject.ROUTING_RULE, Grain.DAY, Duration.ofDays(1), 1),
    ORGANIZATION_MONTHS(Grain.MONTH, CalendarUnit.MONTH);

    private final Subject subject;
    private final Grain grain;
    private final @Nullable CalendarUnit unit;

    /** 0 where a calendar cuts. */
    private final long windowMs;

    private final long pageMs;

    /** Of windows that are cut by the clock. */
    Series(Subject subject, Grain grain, Duration window, int windowsOfPage) {
        this.subject = subject;
        this.grain = grain;
        this.unit = null;
        this.windowMs = window.toMillis();
        this.pageMs = windowMs * windowsOfPage;
    }

    /** Of organizations' days or months. */
    Series(Grain grain, CalendarUnit unit) {
        this.subject = Subject.ORGANIZATION;
        this.grain = grain;
        this.unit = unit;
        this.windowMs = 0;
        this.pageMs = 0;
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

    Subject subject() {
        return subject;
    }

    public Grain grain() {
        return grain;
    }

    /** What an organization's own calendar cuts; null where the clock does, in UTC. */
    @Nullable
    CalendarUnit unit() {
        return unit;
    }

    /** Whether its pages are soon behind what is called now: short ones, cut by the clock. */
    boolean isSettling() {
        return windowMs > 0 && pageMs < Duration.ofDays(1).toMillis();
    }

    /** No page is longer, in milliseconds. */
    long longestPage() {
        return unit == null ? pageMs : grain.longest().toMillis();
    }

    /** By the clock: start of the page with this moment; both in epoch milliseconds. */
    long pageOf(long time) {
        return time - Math.floorMod(time, pageMs);
    }

    /** By the clock: exclusive end of a page. */
    long pageEnd(long page) {
        return page + pageMs;
    }

    /** Which window on a page that begins at a time a moment is in. */
    int windowOf(long page, long time) {
        return unit == null ? (int) ((time - page) / windowMs) : 0;
    }

    long startOf(long page, int window) {
        return page + window * windowMs;
    }

    /** Exclusive end of a window on a page. */
    long endOf(long pageEnd, long start) {
        return unit == null ? start + windowMs : pageEnd;
    }
}
