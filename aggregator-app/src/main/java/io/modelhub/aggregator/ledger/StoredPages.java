package io.modelhub.aggregator.ledger;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.calendar.ZoneHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The pages of a ledger as they stand in its store, without the calls that are logged since they were written. */
final class StoredPages {

    private static final int LAST_CHUNK = 0xFF;

    private final ReadOnlyKeyValueStore<byte[], byte[]> store;
    private final Function<String, Optional<ZoneHistory>> zones;

    /** @param zones that cut the days and months of an organization; empty for one that was never used */
    StoredPages(ReadOnlyKeyValueStore<byte[], byte[]> store, Function<String, Optional<ZoneHistory>> zones) {
        this.store = store;
        this.zones = zones;
    }

    /** The page with a moment on it; empty for a subject that has none. */
    Optional<Calendars.Span> span(Series one, String subject, long time) {
        CalendarUnit unit = one.unit();
        return unit == null
                ? Optional.of(clockSpan(one, time))
                : zones.apply(subject)
                        .map(history -> Calendars.Span.of(history.containing(Instant.ofEpochMilli(time), unit)));
    }

    static Calendars.Span clockSpan(Series one, long time) {
        long start = one.pageOf(time);
        return new Calendars.Span(start, one.pageEnd(start));
    }

    /** The page, packed. For who knows that nobody writes it meanwhile. */
    Optional<Page> page(PageId id, long end) {
        return chunks(id).map(chunks -> {
            Page page = new Page(id, end);
            page.pack(chunks);
            return page;
        });
    }

    /** The page with those of its windows alone that begin in [from, to). */
    Optional<Page> page(PageId id, long end, long from, long to) {
        return chunks(id).map(chunks -> {
            Page page = new Page(id, end);
            chunks.forEach(chunk -> page.decodeAndAdd(chunk, from, to));
            return page;
        });
    }

    private Optional<List<byte[]>> chunks(PageId id) {
        byte[] first = store.get(id.key(0));
        if (first == null) {
            return Optional.empty();
        }
        List<byte[]> chunks = new ArrayList<>(Page.chunks(first));
        chunks.add(first);
        for (int chunk = 1; chunk < Page.chunks(first); chunk++) {
            chunks.add(requireNonNull(store.get(id.key(chunk))));
        }
        return Optional.of(chunks);
    }

    /** Visits the parts of one page, all of the same moment. */
    void parts(PageId id, Consumer<Page> visit) {
        parts(id.key(0), id.key(LAST_CHUNK), visit);
    }

    /** Visits the parts of all subjects' pages that may have windows that begin in [from, to), all of the same moment. */
    void parts(Series one, long from, long to, Consumer<Page> visit) {
        long first = one.unit() == null ? one.pageOf(from) : from; // A calendar's page is one window.
        parts(PageId.keyAt(one, Math.max(0, first)), PageId.keyAt(one, to), visit);
    }

    private void parts(byte[] from, byte[] to, Consumer<Page> visit) {
        try (KeyValueIterator<byte[], byte[]> found = store.range(from, to)) {
            while (found.hasNext()) {
                KeyValue<byte[], byte[]> entry = found.next();
                PageId id = PageId.ofKey(entry.key);
                span(id.series(), id.subject(), id.start()).ifPresent(span -> {
                    Page part = new Page(id, span.end());
                    part.decodeAndAdd(entry.value);
                    visit.accept(part);
                });
            }
        }
    }

    /** When the latest page of any subject begins, epoch milliseconds; far in the past where there is none. */
    long latestStart(Series one) {
        try (KeyValueIterator<byte[], byte[]> latest =
                store.reverseRange(PageId.keyAt(one, 0), PageId.keyAt(one, Long.MAX_VALUE))) {
            return latest.hasNext() ? PageId.ofKey(latest.next().key).start() : Long.MIN_VALUE;
        }
    }

    /** Visits the parts of a subject's pages that may have windows that begin in [from, to), each page of its own moment. */
    void partsOf(String subject, Series one, long from, long to, Consumer<Page> visit) {
        long time;
        try (KeyValueIterator<byte[], byte[]> oldest =
                store.range(PageId.keyAt(one, 0), PageId.keyAt(one, Long.MAX_VALUE))) {
            if (!oldest.hasNext()) {
                return;
            }
            time = Math.max(from, PageId.ofKey(oldest.next().key).start());
        }
        long end = Math.min(to, latestStart(one) + 1);
        while (time < end) {
            Optional<Calendars.Span> span = span(one, subject, time);
            if (span.isEmpty()) {
                return;
            }
            parts(new PageId(one, subject, span.get().start()), visit);
            time = span.get().end();
        }
    }
}
