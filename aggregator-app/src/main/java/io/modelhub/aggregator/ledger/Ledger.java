package io.modelhub.aggregator.ledger;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Measures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    /** What a task {@link Lent#lend lends} it under. */
    public static final String LENT = "usage-lent";

    /** Pages of windows that ended longer ago than this are seldom needed again: they go from memory at the next checkpoint. */
    private static final long SETTLED_MS = 60_000;

    /** No accepted call is further ahead of the clock. */
    private static final long AHEAD_MS = 10 * 60_000;

    private static final Series[] OF_ORGANIZATIONS = Series.about(Subject.ORGANIZATION);
    private static final Series[] OF_KEYS = Series.about(Subject.API_KEY);
    private static final Series[] OF_RULES = Series.about(Subject.ROUTING_RULE);

    private final KeyValueStore<byte[], byte[]> store;
    private final Journal calls;
    private final CallBlock block = new CallBlock();
    private final Map<PageId, Page> pages = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final int mostCells;

    private final Queue<Cell> changedWindows = new ArrayDeque<>();
    private final Queue<Page> changedDays = new ArrayDeque<>();
    private int cells;
    private long checkpoints;
    private volatile long latestCall = Long.MIN_VALUE;
    private long loggedCalls;

    private final long[] expiredUpTo = new long[Series.values().length];

    /** The page that each series was last asked for: calls of an organization often come together. */
    private final @Nullable Page[] lastPages = new Page[Series.values().length];

    /** @param mostCells how many windows may be in memory before pages have to go */
    public Ledger(KeyValueStore<byte[], byte[]> store, int mostCells) {
        this.store = store;
        this.mostCells = mostCells;
        this.calls = new Journal(store, 'c');
    }

    /** Takes up what an earlier owner of the task left: the calls since its last checkpoint are added up again. */
    public void recover() {
        calls.recover((number, value) -> CallBlock.read(value, this::count));
    }

    /** For readers on other threads. */
    public ReentrantLock lock() {
        return lock;
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
        CallBlock.read(callBlock, (subjects, organization, apiKey, routingRule, model, measures) -> {
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
        if (Subject.ORGANIZATION.isIn(subjects)) {
            count(OF_ORGANIZATIONS, requireNonNull(organization), model, measures);
        }
        if (Subject.API_KEY.isIn(subjects)) {
            count(OF_KEYS, requireNonNull(apiKey), model, measures);
        }
        if (Subject.ROUTING_RULE.isIn(subjects)) {
            count(OF_RULES, requireNonNull(routingRule), model, measures);
        }
    }

    private void count(Series[] series, String subject, String model, Measures measures) {
        for (Series one : series) {
            if (measures.isCorrection() && one.pageOf(measures.timestamp) < oldestPage(one)) {
                continue; // A call of this time can't come, but a correction can.
            }
            Page page = page(one, subject, one.pageOf(measures.timestamp));
            int before = page.cells();
            Cell cell = page.cell(model, measures.timestamp);
            cells += page.cells() - before;
            cell.sum().add(measures);
            page.dirty = true;
            page.lastUsed = checkpoints;
            if (series == OF_ORGANIZATIONS) {
                if (!cell.changed) {
                    cell.changed = true;
                    changedWindows.add(cell);
                }
            } else if (!page.changed) {
                page.changed = true;
                changedDays.add(page);
            }
        }
    }

    private Page page(Series one, String subject, long start) {
        Page last = lastPages[one.ordinal()];
        if (last != null && last.start() == start && last.subject().equals(subject)) {
            return last;
        }
        PageId id = new PageId(one, subject, start);
        Page page = pages.get(id);
        if (page == null) {
            page = stored(id).orElseGet(() -> new Page(id));
            pages.put(id, page);
            cells += page.cells();
        }
        lastPages[one.ordinal()] = page;
        return page;
    }

    private Optional<Page> stored(PageId id) {
        byte[] first = store.get(id.key(0));
        if (first == null) {
            return Optional.empty();
        }
        Page page = new Page(id);
        page.decodeAndAdd(first);
        for (int chunk = 1; chunk < Page.chunks(first); chunk++) {
            page.decodeAndAdd(requireNonNull(store.get(id.key(chunk))));
        }
        return Optional.of(page);
    }

    private void logBlock() {
        if (!block.isEmpty()) {
            calls.append(block.take());
        }
    }

    /** Logs what was counted since the last commit. */
    public void beforeCommit() {
        logBlock();
    }

    /** How many calls a new owner of the task would have to count again. */
    public long callsSinceCheckpoint() {
        return loggedCalls;
    }

    /** Whether more windows are in memory than may be: time for a checkpoint. */
    public boolean isCrowded() {
        return cells > mostCells;
    }

    /** How many windows of organizations have changed since they were published. */
    public int changedWindows() {
        return changedWindows.size();
    }

    /** Hands out so many windows of organizations that have changed, the first one first. */
    public void publishWindows(int count, Consumer<Cell> publisher) {
        for (int i = 0; i < count; i++) {
            Cell window = changedWindows.remove();
            window.changed = false;
            if (window.hasCalls()) {
                publisher.accept(window);
            }
        }
    }

    /** How many pages about other subjects have changed since they were published. */
    public int changedDays() {
        return changedDays.size();
    }

    /** Hands out so many pages about other subjects that have changed: their models are published together. */
    public void publishDays(int count, Consumer<Page> publisher) {
        for (int i = 0; i < count; i++) {
            Page day = changedDays.remove();
            day.changed = false;
            if (day.hasCalls()) {
                publisher.accept(day);
            }
        }
    }

    /** Writes the pages that have changed, and forgets the logged calls. Best after all is published: a crash would else lose what isn't. */
    public void checkpoint() {
        block.take();
        for (Page page : pages.values()) {
            if (page.dirty) {
                write(page);
                page.dirty = false;
            }
        }
        calls.dropAll();
        loggedCalls = 0;
        evict(page -> page.lastUsed < checkpoints || page.series().pageEnd(page.start()) < latestCall - SETTLED_MS);
        if (cells > mostCells / 2) {
            evict(page -> true);
        }
        checkpoints++;
        expire();
    }

    private void write(Page page) {
        List<byte[]> chunks = page.encode();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            store.put(page.id().key(chunk), chunks.get(chunk));
        }
    }

    private void evict(Predicate<Page> unneeded) {
        Iterator<Page> all = pages.values().iterator();
        while (all.hasNext()) {
            Page page = all.next();
            if (unneeded.test(page) && !page.changed) {
                cells -= page.cells();
                all.remove();
            }
        }
        Arrays.fill(lastPages, null);
    }

    /** Drops the pages whose retention has passed; looks only where time has moved on by a page. */
    private void expire() {
        for (Series one : Series.values()) {
            long oldest = Math.max(0, oldestPage(one));
            if (oldest > expiredUpTo[one.ordinal()]) {
                expiredUpTo[one.ordinal()] = oldest;
                try (KeyValueIterator<byte[], byte[]> expired =
                        store.range(PageId.keyAt(one, 0), PageId.keyAt(one, oldest))) {
                    while (expired.hasNext()) {
                        store.delete(expired.next().key);
                    }
                }
            }
        }
    }

    /** A subject's page with a moment on it, as it is now; empty where there is nothing. For the changing thread. */
    public Optional<Page> read(Series one, String subject, long time) {
        PageId id = new PageId(one, subject, one.pageOf(time));
        Page inMemory = pages.get(id);
        return inMemory != null ? Optional.of(inMemory) : stored(id);
    }

    /** Gets what is read. */
    @FunctionalInterface
    public interface Visitor {
        void visit(String subject, String model, long start, CallSum sum);
    }

    /**
     * Reads windows whose start is in [from, to), in no order. For any thread.
     *
     * @param subject empty for every one
     */
    public void read(Series one, Optional<String> subject, long from, long to, Visitor visitor) {
        Set<PageId> seen = new HashSet<>();
        List<Page> inMemory = new ArrayList<>();
        lock.lock();
        try {
            for (Page page : pages.values()) {
                if (page.series() == one
                        && page.start() < to
                        && one.pageEnd(page.start()) > from
                        && subject.map(page.subject()::equals).orElse(true)) {
                    seen.add(page.id());
                    inMemory.add(page.copy());
                }
            }
        } finally {
            lock.unlock();
        }
        Consumer<Page> visit = page -> page.forEach(cell -> {
            if (cell.start() >= from && cell.start() < to) {
                visitor.visit(cell.subject(), cell.model(), cell.start(), cell.sum());
            }
        });
        inMemory.forEach(visit);
        if (subject.isPresent()) {
            long end = Math.min(to, Math.max(latestCall, System.currentTimeMillis() + AHEAD_MS));
            for (long start = Math.max(one.pageOf(from), oldestPage(one)); start < end; start = one.pageEnd(start)) {
                PageId id = new PageId(one, subject.get(), start);
                if (!seen.contains(id)) {
                    stored(id).ifPresent(visit);
                }
            }
            return;
        }
        try (KeyValueIterator<byte[], byte[]> found =
                store.range(PageId.keyAt(one, one.pageOf(from)), PageId.keyAt(one, to))) {
            while (found.hasNext()) {
                KeyValue<byte[], byte[]> entry = found.next();
                PageId id = PageId.ofKey(entry.key);
                if (!seen.contains(id)) {
                    Page part = new Page(id);
                    part.decodeAndAdd(entry.value);
                    visit.accept(part);
                }
            }
        }
    }

    /** Nothing before it is kept. */
    private long oldestPage(Series one) {
        long latest = latestCall == Long.MIN_VALUE ? System.currentTimeMillis() : latestCall;
        return one.pageOf(latest - one.grain().retention().toMillis());
    }
}
