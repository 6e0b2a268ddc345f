package io.modelhub.aggregator.query;

import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.Retention;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored windows of one grain that lie next to each other, half-open. Any stretch of whole minutes is cut into pieces of the
 * longest grains that fit: a month of a zone, for an organization whose days are another one's, into the days that lie in it whole and the
 * quarters of an hour around them; for one whose own zone it is, into its month.
 *
 * @param from start of a window, epoch milliseconds
 * @param to end of a window, epoch milliseconds
 */
record Piece(Grain grain, long from, long to) {

    private static final int LONGEST = Grain.MONTH.ordinal();

    /** Hours and shorter buckets hold no days. */
    private static final int LONGEST_OF_CLOCK = Grain.QUARTER_HOUR.ordinal();

    /**
     * The pieces of a query: of each bucket alone where rows are by bucket, else of its whole time. In their order.
     *
     * @param zones that cut the days and months of the organizations it is about
     */
    static List<Piece> of(UsageQuery query, ZoneHistory zones) {
        List<Piece> pieces = new ArrayList<>();
        if (!query.groupBy().contains(Dimension.WINDOW)) {
            cut(query.from().toEpochMilli(), query.to().toEpochMilli(), LONGEST, zones, pieces);
            return pieces;
        }
        boolean isByCalendar = query.bucket() == Bucket.DAY || query.bucket() == Bucket.MONTH;
        int longest = isByCalendar ? LONGEST : LONGEST_OF_CLOCK;
        int buckets = 0;
        Instant start = query.from();
        while (start.isBefore(query.to())) {
            if (++buckets > TooManyWindowsException.MOST) {
                throw new TooManyWindowsException();
            }
            Instant end = query.bucket().endOf(start, query.zone());
            cut(start.toEpochMilli(), end.toEpochMilli(), longest, zones, pieces);
            start = end;
        }
        return pieces;
    }

    /** @param longest grain that may be used, by its place among them */
    private static void cut(long from, long to, int longest, ZoneHistory zones, List<Piece> pieces) {
        if (from >= to || longest < 0) {
            return;
        }
        Grain grain = Grain.values()[longest];
        long first = firstStart(grain, from, zones);
        long last = lastEnd(grain, to, zones);
        if (first < last) {
            cut(from, first, longest - 1, zones, pieces);
            append(grain, first, last, pieces);
            cut(last, to, longest - 1, zones, pieces);
        } else {
            cut(from, to, longest - 1, zones, pieces);
        }
    }

    /** Start of the first window that doesn't begin before a time. */
    private static long firstStart(Grain grain, long from, ZoneHistory zones) {
        CalendarUnit unit = grain.unit();
        return unit == null
                ? grain.startOf(from + grain.longest().toMillis() - 1)
                : zones.containing(Instant.ofEpochMilli(from).minusMillis(1), unit)
                        .end()
                        .toEpochMilli();
    }

    /** End of the last window that doesn't end after a time: windows leave no gap, so another one begins there. */
    private static long lastEnd(Grain grain, long to, ZoneHistory zones) {
        CalendarUnit unit = grain.unit();
        return unit == null
                ? grain.startOf(to)
                : zones.containing(Instant.ofEpochMilli(to), unit).start().toEpochMilli();
    }

    private static void append(Grain grain, long from, long to, List<Piece> pieces) {
        int last = pieces.size() - 1;
        if (last >= 0 && pieces.get(last).grain == grain && pieces.get(last).to == from) {
            pieces.set(last, new Piece(grain, pieces.get(last).from, to));
        } else {
            pieces.add(new Piece(grain, from, to));
        }
    }

    /** Whether all its windows are still kept at a moment. */
    boolean isKeptAt(Instant now, Retention retention) {
        return from >= now.minus(retention.of(grain)).toEpochMilli();
    }
}
