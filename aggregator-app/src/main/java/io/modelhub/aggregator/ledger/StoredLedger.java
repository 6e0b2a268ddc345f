package io.modelhub.aggregator.ledger;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.sum.Measures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * A ledger as its store holds it, for readers who don't have its task: pages, with the logged calls added that aren't on them yet, as a new
 * owner of the task would take them up. The store may be written meanwhile, by who writes what the ledger wrote, in that order.
 *
 * <p>What is read has every call once that was logged when this was made, and maybe later ones. The order of reading makes it so: first how far
 * the store had come, then the log, then pages, then what they are cut by. A page that is written after the log was read says which
 * of its blocks are on it, and a block is dropped only after that.
 */
public final class StoredLedger {

    private final ReadOnlyKeyValueStore<byte[], byte[]> store;
    private final long offset;
    private final List<Block> blocks = new ArrayList<>();

    private record Block(long number, byte[] calls) {}

    public StoredLedger(ReadOnlyKeyValueStore<byte[], byte[]> store) {
        this.store = store;
        this.offset = Progress.storedOffset(store);
        Journal.read(store, Ledger.LOG, (number, calls) -> blocks.add(new Block(number, calls)));
    }

    /** Of the first usage record that may not be in what is read. */
    public long offset() {
        return offset;
    }

    /**
     * Reads windows whose start is in [from, to), in no order.
     *
     * @param subjects empty for every one
     * @param taken told of each window before it is taken into memory; what it throws ends the read
     */
    public void read(Series one, Set<String> subjects, long from, long to, Runnable taken, Ledger.Visitor visitor) {
        Reading reading = new Reading(one, subjects, from, to, taken);
        reading.takePages();
        for (Block block : blocks) {
            reading.addLogged(block);
        }
        reading.pages.values().forEach(page -> page.forEachIn(from, to, visitor));
    }

    private final class Reading {

        private final Series series;
        private final Set<String> subjects;
        private final long from;
        private final long to;
        private final Runnable taken;
        private final Map<PageId, Page> pages = new HashMap<>();
        private final Map<String, Optional<ZoneHistory>> zones = new HashMap<>();
        private final StoredPages stored = new StoredPages(
                store, organization -> zones.computeIfAbsent(organization, id -> Calendars.stored(store, id)));

        /** The latest page of each subject: calls of a time come together. */
        private final Map<String, Calendars.Span> spans = new HashMap<>();

        Reading(Series series, Set<String> subjects, long from, long to, Runnable taken) {
            this.series = series;
            this.subjects = subjects;
            this.from = from;
            this.to = to;
            this.taken = taken;
        }

        void takePages() {
            if (subjects.isEmpty()) {
                stored.parts(series, from, to, this::take);
            }
            for (String subject : subjects) {
                stored.partsOf(subject, series, from, to, this::take);
            }
        }

        private void take(Page part) {
            for (int i = 0; i < part.cells(); i++) {
                taken.run();
            }
            Page known = pages.putIfAbsent(part.id(), part);
            if (known != null) {
                known.add(part);
            }
        }

        void addLogged(Block block) {
            CallBlock.read(block.calls, (in, organization, apiKey, routingRule, model, measures) -> {
                if (series.subject().isIn(in) && isNear(measures.timestamp)) {
                    String subject = requireNonNull(
                            switch (series.subject()) {
                                case ORGANIZATION -> organization;
                                case API_KEY -> apiKey;
                                case ROUTING_RULE -> routingRule;
                            });
                    if (subjects.isEmpty() || subjects.contains(subject)) {
                        add(block.number, subject, model, measures);
                    }
                }
            });
        }

        /** Quick to say; most calls are of another time than is asked for, or of none of the subjects. */
        private boolean isNear(long time) {
            return time >= from - series.longestPage() && time - series.longestPage() < to;
        }

        private void add(long block, String subject, String model, Measures measures) {
            Calendars.Span span = spans.get(subject);
            if (span == null || !span.contains(measures.timestamp)) {
                span = stored.span(series, subject, measures.timestamp).orElse(null);
                if (span == null) {
                    return; // There are corrections alone, of windows that are no longer kept.
                }
                spans.put(subject, span);
            }
            if (span.end() > from && span.start() < to) {
                Page page = page(new PageId(series, subject, span.start()), span.end());
                if (block >= page.writtenUpTo) {
                    int before = page.cells();
                    page.cell(model, measures.timestamp).sum().add(measures);
                    if (page.cells() > before) {
                        taken.run();
                    }
                }
            }
        }

        private Page page(PageId id, long end) {
            Page known = pages.get(id);
            if (known != null) {
                return known;
            }
            Page page = new Page(id, end);
            pages.put(id, page);
            stored.parts(id, this::take); // It may have been written by now.
            return page;
        }
    }
}
