package io.modelhub.aggregator.query;

import io.modelhub.aggregator.window.Grain;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A stretch of time that answers are about: half-open, cut by the clock and the calendar of a zone, daylight saving included.
 * Each is made of whole quarters of an hour in every zone in use, or of whole minutes.
 */
public enum Bucket {
    MINUTE("1m", 1, ChronoUnit.MINUTES),
    QUARTER_HOUR("15m", 15, ChronoUnit.MINUTES),
    HOUR("1h", 1, ChronoUnit.HOURS),
    DAY("1d", 1, ChronoUnit.DAYS),
    MONTH("1mo", 1, ChronoUnit.MONTHS);

    private final String label;
    private final int count;
    private final ChronoUnit unit;

    Bucket(String label, int count, ChronoUnit unit) {
        this.label = label;
        this.count = count;
        this.unit = unit;
    }

    /** As in queries: 1m, 15m, 1h, 1d, 1mo. */
    public String label() {
        return label;
    }

    public static Optional<Bucket> labelled(String label) {
        return Stream.of(values()).filter(bucket -> bucket.label.equals(label)).findFirst();
    }

    /** Whether all buckets of a zone begin and end with stored windows: its offset is a number of quarters of an hour. */
    public static boolean fits(ZoneId zone, Instant time) {
        return zone.getRules().getOffset(time).getTotalSeconds()
                        % Grain.QUARTER_HOUR.longest().toSeconds()
                == 0;
    }

    /**
     * Start of the bucket that a moment is in. Hours are those that the clock shows, and are cut where it is moved: an hour that
     * it shows twice is two, and where it moves within an hour (Lord Howe, Chatham) there are shorter ones.
     */
    public Instant startOf(Instant time, ZoneId zone) {
        return switch (this) {
            case MINUTE -> startOf(time, Grain.MINUTE);
            case QUARTER_HOUR -> startOf(time, Grain.QUARTER_HOUR);
            case HOUR -> hourStart(time, zone.getRules());
            case DAY -> time.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
            case MONTH ->
                time.atZone(zone)
                        .toLocalDate()
                        .withDayOfMonth(1)
                        .atStartOfDay(zone)
                        .toInstant();
        };
    }

    /** Exclusive end of the bucket that begins at a start. */
    public Instant endOf(Instant start, ZoneId zone) {
        return switch (this) {
            case MINUTE, QUARTER_HOUR -> start.plus(count, unit);
            case HOUR -> hourEnd(start, zone.getRules());
            case DAY, MONTH ->
                start.atZone(zone)
                        .toLocalDate()
                        .plus(count, unit)
                        .atStartOfDay(zone)
                        .toInstant();
        };
    }

    /** Start of the bucket that lies a number of buckets before a moment, by the zone's calendar. */
    public Instant back(Instant time, int buckets, ZoneId zone) {
        ZonedDateTime there = time.atZone(zone).minus((long) count * buckets, unit);
        return startOf(there.toInstant(), zone);
    }

    private static Instant hourStart(Instant time, ZoneRules rules) {
        Instant hour = time.atOffset(rules.getOffset(time))
                .truncatedTo(ChronoUnit.HOURS)
                .toInstant();
        ZoneOffsetTransition moved = rules.previousTransition(time.plusNanos(1));
        return moved == null || moved.getInstant().isBefore(hour) ? hour : moved.getInstant();
    }

    private static Instant hourEnd(Instant start, ZoneRules rules) {
        Instant hour = start.atOffset(rules.getOffset(start))
                .truncatedTo(ChronoUnit.HOURS)
                .plusHours(1)
                .toInstant();
        ZoneOffsetTransition moves = rules.nextTransition(start);
        return moves == null || moves.getInstant().isAfter(hour) ? hour : moves.getInstant();
    }

    private static Instant startOf(Instant time, Grain grain) {
        return Instant.ofEpochMilli(grain.startOf(time.toEpochMilli()));
    }
}
