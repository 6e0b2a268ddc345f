package io.modelhub.aggregator.ledger;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.NameCache;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.Retention;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * All windows of the subjects whose home is this task's partition. They are added up in memory; each commit logs its calls in
 * packed form, and a checkpoint now and then writes the pages that have changed and forgets the log. So the state store always
 * holds everything: the pages as of the last checkpoint and the calls since then.
 *
 * <p>One thread changes it. Others may read, under {@link #lock}, which the changing thread holds while it changes.
 */
public final class Ledger {

    /** Name of its store. */
    public static final String STORE = "usage-ledger";

    /** The store through which a task {@link Lent.Slot#lend lends} it. */
    public static final String LENT = "usage-lent";

    /** So many looks at settled pages are there at most in the time in which a window is published once. */
    public static final int LOOKS_PER_PUBLICATION = 4;

    /** Pages of windows that ended longer ago than this are seldom needed again: they go from memory at the next checkpoint. */
    private static final long SETTLED_MS = 60_000;

    /** So many pages of a subject are read while the changing thread waits: some hundred microseconds. */
    private static final int PAGES_AT_A_TIME = 64;

    /** No accepted call is further ahead of the clock. */
    private static final long AHEAD_MS = 10 * 60_000;

    private static final long NEW = Long.MAX_VALUE;

    /** First letter of the keys of logged calls. */
    static final char LOG = 'c';

    /** Of the lists of pages that wait to be published. */
    private static final char UNPUBLISHED = 'n';

    private static final Series[] OF_ORGANIZATIONS = Series.about(Subject.ORGANIZATION);
    private static final Series[] OF_KEYS = Series.about(Subject.API_KEY);
    private static final Series[] OF_RULES = Series.about(Subject.ROUTING_RULE);

    private final KeyValueStore<byte[], byte[]> store;
    private final StoredPages stored;
    private final Calendars calendars;
    private final Retention retention;
    private final Progress progress;
    private final Journal calls;

    /** The pages that were not published when the last checkpoint ended. A new owner publishes them again; what has changed since is in the calls. */
    private final StoredList unpublished;

    private final CallBlock block = new CallBlock();
    private final NameCache names = new NameCache();
    private final Map<PageId, Page> pages = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final int mostCells;
    private final LongSupplier clock;

    /** Pages with what has changed since it was published, the first one first: minutes of organizations, their longer windows, days of others. */
    private final Set<Page> changedMinutes = new LinkedHashSet<>();

    private final Set<Page> changedLonger = new LinkedHashSet<>();
    private final Set<Page> changedDays = new LinkedHashSet<>();

    /** Pages of minutes and quarters of an hour, by their end. */
    private final NavigableMap<Long, List<Page>> open = new TreeMap<>();

    /** Pages whose time has passed, and those of them that are to be written. */
    private final List<Page> passed = new ArrayList<>();

    private final Queue<Page> settled = new ArrayDeque<>();
    private long looks;

    /** Of the pages in memory, in windows that are objects. */
    private int weight;

    /** The windows of the call that is counted. All are found before any is added to: the processor fetches them from memory side by side. */
    private final Cell[] cellsOfCall = new Cell[Series.values().length];

    private long checkpoints;
    private volatile long latestCall = Long.MIN_VALUE;
    private long loggedCalls;

    /** The block whose calls are being counted again; those of a new owner are in none yet. */
    private long replayed = NEW;

    private final Queue<Page> unwritten = new ArrayDeque<>();

    /** The first block that the checkpoint under way keeps, and how many calls are in those that it drops. */
    private long keptFrom;

    private long droppedCalls;

    /** Whether what it writes is packed in memory, too: there is little room left. */
    private boolean packs;

    /** Whether it has noted which pages are unpublished. */
    private boolean isListed;

    /** Whether the last one ended so. */
    private boolean isFull;

    private final long[] expiredUpTo = new long[Series.values().length];

    /** No page in the store begins later: most new ones needn't be looked for there. */
    private final long[] latestStored = new long[Series.values().length];

    private final Map<String, LatestPages> latestOfOrganizations = new HashMap<>();
    private final Map<String, LatestPages> latestOfKeys = new HashMap<>();
    private final Map<String, LatestPages> latestOfRules = new HashMap<>();

    /**
     * @param calendars that cut the days and months of organizations
     * @param mostCells how many windows may be in memory before pages have to go
     * @param clock epoch milliseconds, for any thread; says what is kept until a call does
     */
    public Ledger(
            KeyValueStore<byte[], byte[]> store,
            Calendars calendars,
            Retention retention,
            int mostCells,
            LongSupplier clock) {
        this.store = store;
        this.stored = new StoredPages(store, calendars::history);
        this.calendars = calendars;
        this.retention = retention;
        this.progress = new Progress(store);
        this.mostCells = mostCells;
        this.clock = clock;
        this.calls = new Journal(store, LOG);
        this.unpublished = new StoredList(store, UNPUBLISHED);
    }

    /** Takes up what an earlier owner of the task left: the calls since its last checkpoint are added up again. */
    public void recover() {
        progress.recover();
        for (Series one : Series.values()) {
            latestStored[one.ordinal()] = stored.latestStart(one);
        }
        calls.recover((number, value) -> {
            replayed = number;
            CallBlock.read(value, input -> input.readText(names), this::count);
        });
        replayed = NEW;
        calls.resume(progress.block());
        unpublished.recover(key -> publishAgain(PageId.ofKey(key)));
    }

    private void publishAgain(PageId id) {
        stored.span(id.series(), id.subject(), id.start()).ifPresent(span -> {
            Page page = page(id, span.end());
            if (page.series().subject() == Subject.ORGANIZATION) {
                page.changeAll();
            }
            change(page);
        });
    }

    /** For readers on other threads. */
    public ReentrantLock lock() {
        return lock;
    }

    /** For the changing thread, under the lock. */
    public Progress progress() {
        return progress;
    }

    /** The commit that was begun last has ended. */
    public void committed() {
        lock.lock();
        try {
            progress.committed();
        } finally {
            lock.unlock();
        }
    }

    /** Where the totals stand now. For any thread. */
    public Progress.Mark mark() {
        lock.lock();
        try {
            return progress.mark();
        } finally {
            lock.unlock();
        }
    }

    /** Whether all that was read since a moment is committed. For any thread. */
    public boolean isCommittedSince(Progress.Mark before) {
        lock.lock();
        try {
            return progress.isCommittedSince(before);
        } finally {
            lock.unlock();
        }
    }

    public Calendars calendars() {
        return calendars;
    }

    /** Time of the latest call, epoch milliseconds; far in the past where there was none. */
    public long latestCall() {
        return latestCall;
    }

    /** Counts one call for some of its subjects, and logs it with the next commit. */
    public void add(
            int subjects,
            @Nullable String organization,
            @Nullable String apiKey,
            @Nullable String routingRule,
            String model,
            Measures measures) {
        count(subjects, organization, apiKey, routingRule, model, measures);
        block.add(subjects, organization, apiKey, routingRule, model, measures);
        if (block.isFull()) {
            logBlock();
        }
    }

    /**
     * Counts the calls of a block, and logs it.
     *
     * @param also gets each call after it was counted
     */
    public void add(byte[] callBlock, CallBlock.Visitor also) {
        CallBlock.read(
                callBlock,
                input -> input.readText(names),
                (subjects, organization, apiKey, routingRule, model, measures) -> {
                    count(subjects, organization, apiKey, routingRule, model, measures);
                    also.visit(subjects, organization, apiKey, routingRule, model, measures);
                });
        calls.append(callBlock);
    }

    private void count(
            int subjects,
            @Nullable String organization,
            @Nullable String apiKey,
            @Nullable String routingRule,
            String model,
            Measures measures) {
        latestCall = Math.max(latestCall, measures.timestamp);
        loggedCalls++;
        int found = 0;
        if (Subject.ORGANIZATION.isIn(subjects)) {
            found = find(found, OF_ORGANIZATIONS, latestOfOrganizations, requireNonNull(organization), model, measures);
        }
        if (Subject.API_KEY.isIn(subjects)) {
            found = find(found, OF_KEYS, latestOfKeys, requireNonNull(apiKey), model, measures);
        }
        if (Subject.ROUTING_RULE.isIn(subjects)) {
            found = find(found, OF_RULES, latestOfRules, requireNonNull(routingRule), model, measures);
        }
        for (int i = 0; i < found; i++) {
            add(cellsOfCall[i], measures);
        }
    }

    /**
     * Finds the windows of a call about one of its subjects.
     *
     * @param found how many of the call's windows were found before
     * @return how many are found now
     */
    private int find(
            int found,
            Series[] series,
            Map<String, LatestPages> latestPages,
            String subject,
            String model,
            Measures measures) {
        LatestPages latest = latestPages.get(subject);
        if (latest == null) {
            latest = new LatestPages(series.length);
            latestPages.put(subject, latest);
        }
        int count = found;
        Cell narrower = null;
        for (int i = 0; i < series.length; i++) {
            Series one = series[i];
            if (measures.isCorrection() && measures.timestamp < oldestKept(one)) {
                narrower = null;
                continue; // A call of this time can't come, but a correction can.
            }
            Cell cell = narrower == null ? null : narrower.widerAt(measures.timestamp);
            if (cell == null) {
                cell = cell(i, one, latest, subject, model, measures.timestamp);
                if (narrower != null) {
                    narrower.setWider(cell);
                }
            }
            narrower = cell;
            cellsOfCall[count++] = cell;
        }
        return count;
    }

    private void add(Cell cell, Measures measures) {
        Page page = cell.page();
        if (replayed >= page.writtenUpTo) {
            cell.add(measures);
            page.dirty = true;
        }
        page.lastUsed = checkpoints;
        page.lastLook = looks;
        if (page.series().subject() == Subject.ORGANIZATION) {
            page.change(cell);
        }
        change(page);
    }

    private void change(Page page) {
        if (!page.changed) {
            page.changed = true;
            changed(page.series()).add(page);
        }
    }

    private Cell cell(int place, Series one, LatestPages latest, String subject, String model, long time) {
        Page page = latest.containing(place, time);
        if (page == null) {
            page = page(one, subject, time);
            latest.put(place, page);
        }
        int before = page.weight();
        Cell cell = page.cell(model, time);
        weight += page.weight() - before;
        return cell;
    }

    private Set<Page> changed(Series one) {
        return switch (one) {
            case ORGANIZATION_MINUTES -> changedMinutes;
            case ORGANIZATION_QUARTERS, ORGANIZATION_DAYS, ORGANIZATION_MONTHS -> changedLonger;
            case KEY_DAYS, RULE_DAYS -> changedDays;
        };
    }

    private Page page(Series one, String subject, long time) {
        Calendars.Span span = span(one, subject, time);
        return page(new PageId(one, subject, span.start()), span.end());
    }

    private Page page(PageId id, long end) {
        Page page = pages.get(id);
        if (page == null) {
            boolean isNew = id.start() > latestStored[id.series().ordinal()];
            Optional<Page> before = isNew ? Optional.empty() : stored.page(id, end);
            page = before.orElseGet(() -> new Page(id, end));
            if (before.isPresent()) {
                page.lastPublished = looks; // It may have settled just now.
            }
            pages.put(id, page);
            weight += page.weight();
            if (id.series().isSettling()) {
                open.computeIfAbsent(page.end(), ignored -> new ArrayList<>()).add(page);
            }
        }
        return page;
    }

    /** The page of a call that is counted now. */
    private Calendars.Span span(Series one, String subject, long time) {
        CalendarUnit unit = one.unit();
        return unit == null ? StoredPages.clockSpan(one, time) : calendars.containing(subject, unit, time);
    }

    private void logBlock() {
        if (!block.isEmpty()) {
            calls.append(block.take());
        }
    }

    /** Logs what was counted since the last commit. */
    public void beforeCommit() {
        logBlock();
        progress.beforeCommit(calls.next());
    }

    /** How many calls a new owner of the task would have to count again. */
    public long callsSinceCheckpoint() {
        return loggedCalls;
    }

    /** Whether so many windows are in memory that it is time to begin a checkpoint. */
    public boolean isFilling() {
        return weight > mostCells / 4 * 3;
    }

    /** Whether more windows are in memory than may be: a checkpoint can't wait. */
    public boolean isCrowded() {
        return weight > mostCells;
    }

    /** Whether the last checkpoint couldn't make room: pages that wait to be published stay in memory. */
    public boolean isFull() {
        return isFull && isFilling();
    }

    /** How many pages have minutes of organizations that have changed since they were published. */
    public int changedMinutes() {
        return changedMinutes.size();
    }

    /** Hands out the minutes on so many of these pages, or on all where there are no more, the first one first. */
    public void publishMinutes(int count, Consumer<Cell> publisher) {
        publish(changedMinutes, count, publisher);
    }

    /** How many pages have longer windows of organizations that have changed since they were published. */
    public int changedLonger() {
        return changedLonger.size();
    }

    /** Hands out the longer windows on so many of these pages, the first one first. */
    public void publishLonger(int count, Consumer<Cell> publisher) {
        publish(changedLonger, count, publisher);
    }

    /** How many pages about other subjects have changed since they were published. */
    public int changedDays() {
        return changedDays.size();
    }

    /** Hands out so many pages about other subjects that have changed: their models are published together. */
    public void publishDays(int count, Consumer<Page> publisher) {
        take(changedDays, count, page -> {
            if (page.hasCalls()) {
                publisher.accept(page);
            }
        });
    }

    private static void take(Set<Page> changed, int count, Consumer<Page> publisher) {
        Iterator<Page> first = changed.iterator();
        for (int i = 0; i < count && first.hasNext(); i++) {
            Page page = first.next();
            first.remove();
            page.changed = false;
            publisher.accept(page);
        }
    }

    private void publish(Set<Page> changed, int count, Consumer<Cell> publisher) {
        take(changed, count, page -> {
            page.lastPublished = looks;
            publish(page, publisher);
        });
    }

    private static void publish(Page page, Consumer<Cell> publisher) {
        page.takeChanged(window -> {
            if (window.hasCalls()) {
                publisher.accept(window);
            }
        });
    }

    /**
     * Finds the pages of minutes and quarters of an hour that have settled: their time has passed by that of the latest call, and nobody came
     * to them since the last look. To be called at most {@value #LOOKS_PER_PUBLICATION} times while a window is published once.
     */
    public void lookForSettled() {
        NavigableMap<Long, List<Page>> ended = open.headMap(latestCall - SETTLED_MS, false);
        ended.values().forEach(passed::addAll);
        ended.clear();
        passed.removeIf(page -> {
            boolean isUsed = page.lastLook == looks;
            boolean isToWait = page.changed && looks - page.lastPublished < LOOKS_PER_PUBLICATION;
            return !isUsed && !isToWait && settled.add(page);
        });
        looks++;
    }

    /** How many pages have settled, and are still in memory. */
    public int settled() {
        return settled.size();
    }

    /**
     * Writes so many settled pages, and drops them from memory. Old events fill one page after the other, and seldom come back to one.
     *
     * @param publisher gets their windows that have changed
     */
    public void writeSettled(int count, Consumer<Cell> publisher) {
        if (count > 0) {
            logBlock();
        }
        for (int i = 0; i < count && !settled.isEmpty(); i++) {
            Page page = settled.remove();
            if (page.lastLook == looks) {
                passed.add(page);
            } else if (pages.remove(page.id(), page)) {
                if (page.changed) {
                    changed(page.series()).remove(page);
                    publish(page, publisher);
                }
                if (page.dirty) {
                    write(page);
                }
                weight -= page.weight();
                page.drop();
            }
        }
    }

    /** A whole checkpoint at once. */
    public void checkpoint() {
        beginCheckpoint();
        while (!continueCheckpoint(Integer.MAX_VALUE)) {}
    }

    /** Begins to write the pages that have changed and to drop the calls that are logged by now. */
    public void beginCheckpoint() {
        logBlock();
        keptFrom = calls.next();
        packs = weight > mostCells / 2;
        droppedCalls = loggedCalls;
        unwritten.clear();
        for (Page page : pages.values()) {
            if (page.dirty) {
                unwritten.add(page);
            }
        }
        isListed = false;
    }

    /**
     * Does a part of the checkpoint. A commit may come between two of them, and more calls: each page says up to which block it was written.
     *
     * @param steps how many pages are written, or blocks dropped
     * @return whether it is done
     */
    public boolean continueCheckpoint(int steps) {
        if (!unwritten.isEmpty()) {
            writeSome(steps);
            return false;
        }
        if (!isListed) {
            listUnpublished();
            isListed = true;
        }
        for (int i = 0; i < steps && calls.first() < keptFrom; i++) {
            calls.dropFirst();
        }
        if (calls.first() < keptFrom) {
            return false;
        }
        loggedCalls -= droppedCalls;
        evict(page -> page.lastUsed < checkpoints || page.end() < latestCall - SETTLED_MS);
        if (isFilling()) {
            evict(page -> true);
        }
        isFull = isFilling();
        checkpoints++;
        expire();
        return true;
    }

    /** Before the calls go that say which pages have changed. */
    private void listUnpublished() {
        unpublished.replace(Stream.of(changedMinutes, changedLonger, changedDays)
                .flatMap(Set::stream)
                .map(page -> page.id().key(0))
                .toList());
    }

    private void writeSome(int most) {
        logBlock();
        for (int i = 0; i < most && !unwritten.isEmpty(); i++) {
            Page page = unwritten.remove();
            if (page.dirty) {
                List<byte[]> chunks = write(page);
                if (packs && !page.series().isSettling()) {
                    weight -= page.weight();
                    page.pack(chunks);
                    weight += page.weight();
                }
            }
        }
    }

    /** What was counted so far must have been logged. */
    private List<byte[]> write(Page page) {
        page.dirty = false;
        page.writtenUpTo = calls.next();
        int series = page.series().ordinal();
        latestStored[series] = Math.max(latestStored[series], page.start());
        List<byte[]> chunks = page.encode();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            store.put(page.id().key(chunk), chunks.get(chunk));
        }
        return chunks;
    }

    private void evict(Predicate<Page> unneeded) {
        Iterator<Page> all = pages.values().iterator();
        while (all.hasNext()) {
            Page page = all.next();
            if (unneeded.test(page) && !page.changed && !page.dirty) {
                weight -= page.weight();
                page.drop();
                all.remove();
            }
        }
        latestOfOrganizations.clear();
        latestOfKeys.clear();
        latestOfRules.clear();
    }

    /** Drops the pages whose retention has passed; looks only where time has moved on. */
    private void expire() {
        for (Series one : Series.values()) {
            long oldest = Math.max(0, Grain.QUARTER_HOUR.startOf(oldestKept(one) - one.longestPage()));
            long before = expiredUpTo[one.ordinal()];
            if (oldest > before) {
                expiredUpTo[one.ordinal()] = oldest;
                try (KeyValueIterator<byte[], byte[]> expired =
                        store.range(PageId.keyAt(one, before), PageId.keyAt(one, oldest))) {
                    while (expired.hasNext()) {
                        store.delete(expired.next().key);
                    }
                }
            }
        }
    }

    /** A subject's page with a moment on it, as it is now; empty where there is nothing. For the changing thread. */
    public Optional<Page> read(Series one, String subject, long time) {
        return stored.span(one, subject, time).flatMap(span -> {
            PageId id = new PageId(one, subject, span.start());
            Page inMemory = pages.get(id);
            return inMemory != null ? Optional.of(inMemory) : stored.page(id, span.end());
        });
    }

    /** Gets what is read. */
    @FunctionalInterface
    public interface Visitor {

        /** @param end exclusive; both in epoch milliseconds */
        void visit(String subject, String model, long start, long end, CallSum sum);
    }

    /**
     * Reads windows whose start is in [from, to), in no order. For any thread.
     *
     * @param subject empty for every one
     */
    public void read(Series one, Optional<String> subject, long from, long to, Visitor visitor) {
        Consumer<Page> visit = page -> page.forEachIn(from, to, visitor);
        if (subject.isPresent()) {
            readSubject(one, subject.get(), from, to, visit);
        } else {
            readSubjects(one, from, to, visit);
        }
    }

    /** Reads page by page, some at a time: the changing thread waits meanwhile, so that no page is met half written. */
    private void readSubject(Series one, String subject, long from, long to, Consumer<Page> visit) {
        long end = Math.min(to, Math.max(latestCall + 1, clock.getAsLong() + AHEAD_MS));
        long time = Math.max(from, oldestKept(one));
        List<Page> some = new ArrayList<>();
        while (time < end) {
            some.clear();
            lock.lock();
            try {
                for (int i = 0; i < PAGES_AT_A_TIME && time < end; i++) {
                    Optional<Calendars.Span> span = stored.span(one, subject, time);
                    if (span.isEmpty()) {
                        return;
                    }
                    PageId id = new PageId(one, subject, span.get().start());
                    Page inMemory = pages.get(id);
                    if (inMemory != null) {
                        some.add(inMemory.copy(from, to));
                    } else {
                        stored.page(id, span.get().end(), from, to).ifPresent(some::add);
                    }
                    time = span.get().end();
                }
            } finally {
                lock.unlock();
            }
            some.forEach(visit);
        }
    }

    private void readSubjects(Series one, long from, long to, Consumer<Page> visit) {
        Set<PageId> seen = new HashSet<>();
        List<Page> inMemory = new ArrayList<>();
        lock.lock();
        try {
            for (Page page : pages.values()) {
                if (page.series() == one && page.start() < to && page.end() > from) {
                    seen.add(page.id());
                    inMemory.add(page.copy());
                }
            }
        } finally {
            lock.unlock();
        }
        inMemory.forEach(visit);
        stored.parts(one, from, to, part -> {
            if (!seen.contains(part.id())) {
                visit.accept(part);
            }
        });
    }

    static Series[] ofOrganizations() {
        return OF_ORGANIZATIONS;
    }

    /** Gets pages; a part of a page where that stands in several. */
    @FunctionalInterface
    interface Pages {

        /** @return whether to go on */
        boolean visit(Page page);
    }

    /**
     * Visits the stored pages of all subjects that begin before a time, as they are now, in the order of their keys. For the
     * changing thread.
     *
     * @param from key of the first
     * @return the key to go on with; empty where all were visited
     */
    Optional<byte[]> readPages(Series one, byte[] from, long before, Pages visitor) {
        try (KeyValueIterator<byte[], byte[]> found = store.range(from, PageId.keyAt(one, before))) {
            boolean goesOn = true;
            while (found.hasNext()) {
                if (!goesOn) {
                    return Optional.of(found.peekNextKey());
                }
                KeyValue<byte[], byte[]> entry = found.next();
                PageId id = PageId.ofKey(entry.key);
                Page inMemory = pages.get(id);
                if (inMemory == null) {
                    Page part = new Page(
                            id,
                            stored.span(one, id.subject(), id.start())
                                    .orElseThrow()
                                    .end());
                    part.decodeAndAdd(entry.value);
                    goesOn = visitor.visit(part);
                } else if (PageId.isFirstChunk(entry.key)) {
                    goesOn = visitor.visit(inMemory);
                }
            }
            return Optional.empty();
        }
    }

    /** Nothing that begins before it is kept. */
    private long oldestKept(Series one) {
        long latest = latestCall == Long.MIN_VALUE ? clock.getAsLong() : latestCall;
        return latest - retention.of(one.grain()).toMillis();
    }
}
