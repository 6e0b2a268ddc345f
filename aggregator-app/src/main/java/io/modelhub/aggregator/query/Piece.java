package io.modelhub.aggregator.query;

import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.window.Grain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored windows of one grain that lie next to each other, half-open. Any stretch of whole minutes is cut into pieces of the
 * longest grains that fit: a month of a zone into its whole UTC days and the quarters of an hour around them.
 *
 * @param from start of a window, epoch milliseconds
 * @param to end of a window, epoch milliseconds
 */
record Piece(Grain grain, long from, long to) {

    private static final int LONGEST = Grain.DAY.ordinal();

    /** The pieces of a query: of each bucket alone where rows are by bucket, else of its whole time. In their order. */
    static List<Piece> of(UsageQuery query) {
        List<Piece> pieces = new ArrayList<>();
        if (!query.groupBy().contains(Dimension.WINDOW)) {
            cut(query.from().toEpochMilli(), query.to().toEpochMilli(), LONGEST, pieces);
            return pieces;
        }
        int buckets = 0;
        Instant start = query.from();
        while (start.isBefore(query.to())) {
            if (++buckets > TooManyWindowsException.MOST) {
                throw new TooManyWindowsException();
            }
            Instant end = query.bucket().endOf(start, query.zone());
            cut(start.toEpochMilli(), end.toEpochMilli(), LONGEST, pieces);
            start = end;
        }
        return pieces;
    }

    /** @param longest grain that may be used, by its place among them */
    private static void cut(long from, long to, int longest, List<Piece> pieces) {
        if (from >= to) {
            return;
        }
        Grain grain = Grain.values()[longest];
        long first = grain.startOf(from + grain.size().toMillis() - 1);
        long last = grain.startOf(to);
        if (first < last) {
            cut(from, first, longest - 1, pieces);
            append(grain, first, last, pieces);
            cut(last, to, longest - 1, pieces);
        } else {
            cut(from, to, longest - 1, pieces);
        }
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
    boolean isKeptAt(Instant now) {
        return from >= now.minus(grain.retention()).toEpochMilli();
    }
}
