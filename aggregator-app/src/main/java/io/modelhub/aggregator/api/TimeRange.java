package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.Bucket;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The time that a request is about, whole buckets: those that hold any moment of what was asked for.
 *
 * @param from inclusive
 * @param to exclusive
 */
record TimeRange(Bucket bucket, ZoneId zone, Instant from, Instant to) {

    /** What is asked for without {@code from}: the last ones. */
    private static final int DEFAULT_BUCKETS = 96;

    /** As IANA names it. */
    private static final ZoneId UTC = ZoneId.of("UTC");

    /**
     * Reads the parameters {@code window}, {@code zone}, {@code from} and {@code to}; what is wrong with them is told to
     * {@code bad}.
     *
     * @param allowed what {@code window} may be
     * @param now without {@code to}
     */
    static TimeRange read(
            String window,
            Optional<String> zone,
            Optional<String> from,
            Optional<String> to,
            List<Bucket> allowed,
            Instant now,
            BadParameters bad) {
        Bucket bucket = bad.require(
                "window", Bucket.labelled(window).filter(allowed::contains), "must be " + labels(allowed), Bucket.DAY);
        ZoneId readZone = zone.map(id -> zone(id, bad)).orElse(UTC);
        Instant end = to.flatMap(text -> bad.timeOrDate("to", text, readZone)).orElse(now);
        Instant lastEnd = bucket.endOf(bucket.startOf(end.minusMillis(1), readZone), readZone);
        Instant start = from.flatMap(text -> bad.timeOrDate("from", text, readZone))
                .orElseGet(() -> bucket.back(lastEnd, DEFAULT_BUCKETS, readZone));
        Instant firstStart = bucket.startOf(start, readZone);
        bad.check("from", firstStart.isBefore(lastEnd), "must be before to");
        bad.check(
                "zone",
                Bucket.fits(readZone, firstStart) && Bucket.fits(readZone, lastEnd),
                "must be a number of quarters of an hour from UTC");
        return new TimeRange(bucket, readZone, firstStart, lastEnd);
    }

    private static ZoneId zone(String id, BadParameters bad) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            bad.check("zone", false, "must be an IANA time zone, for example Asia/Kolkata");
            return UTC;
        }
    }

    private static String labels(List<Bucket> buckets) {
        return buckets.stream().map(Bucket::label).collect(Collectors.joining(", "));
    }
}
