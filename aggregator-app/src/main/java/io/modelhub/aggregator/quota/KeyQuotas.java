package io.modelhub.aggregator.quota;

import io.modelhub.schema.KeyQuotaState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Steps the {@link QuotaState} of every key of a task on, and tells what changed. Three things step it: spend; the catalog,
 * whose changes are followed without any call; and the clock, which finds the keys that are due in a store ordered by time, so
 * that a new owner of the task finds them too. The two last run in slices with a time budget. One thread at a time.
 */
final class KeyQuotas {

    /** Where the states are kept. */
    interface States {

        @Nullable
        QuotaState get(String apiKey);

        void put(String apiKey, QuotaState state);

        /** The state as it is now was published. */
        void told(String apiKey);
    }

    /** Of a tick, for the catalog and for the clock each: spend waits meanwhile. */
    private static final Duration BUDGET = Duration.ofMillis(50);

    /** Key: {@link Due}; no value. */
    static final String DUE = "key-quotas-due";

    private static final int SLICE = 200;
    private static final byte[] PRESENT = {};

    private final States states;
    private final KeyValueStore<Due, byte[]> due;
    private final QuotaCatalog.View catalog;
    private final Predicate<String> isHere;
    private final QuotaClock clock;
    private final List<Integer> thresholds;
    private final Quotas.News news;
    private final Consumer<QuotaState.Step> meter;
    private final Instant began;

    /** The number of the last change of the catalog that was looked at. A new owner looks at all of them once. */
    private long catalogChange;

    /** No key is due before. */
    private Instant nextDue = Instant.MIN;

    /** Keys that were disabled by what may not be committed yet. */
    private final Set<String> unheard = new HashSet<>();

    /**
     * @param isHere whether the spend of a key comes to this task: no other may step its state on
     * @param thresholds in per cent of a limit, rising
     * @param meter gets each step
     * @param began the wall clock now
     */
    KeyQuotas(
            States states,
            KeyValueStore<Due, byte[]> due,
            QuotaCatalog.View catalog,
            Predicate<String> isHere,
            QuotaClock clock,
            List<Integer> thresholds,
            Quotas.News news,
            Consumer<QuotaState.Step> meter,
            Instant began) {
        this.states = states;
        this.due = due;
        this.catalog = catalog;
        this.isHere = isHere;
        this.clock = clock;
        this.thresholds = thresholds;
        this.news = news;
        this.meter = meter;
        this.began = began;
    }

    /** The store of the keys that are due, by time. */
    static StoreBuilder<KeyValueStore<Due, byte[]>> dueStore() {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(DUE), Due.serde(), Serdes.ByteArray());
    }

    /** Counts spend, and holds the key to its limits. */
    void spend(String apiKey, KeySpend spend, Instant wallClock) {
        QuotaState stored = states.get(apiKey);
        Instant now = clock.atCall(wallClock, stored == null ? null : stored.lastUsedAt(), spend.lastUsedAt());
        count(apiKey, stored, now, state -> state.plus(spend, thresholds), spend.appendedAt());
    }

    /** Counts what calls of a time turned out to have cost more or less, and holds the key to its limits. */
    void correct(String apiKey, KeySpend difference, Instant wallClock) {
        QuotaState stored = states.get(apiKey);
        Instant idle = clock.idle(wallClock, stored == null ? null : stored.lastUsedAt());
        Instant now = idle == null ? difference.time() : idle;
        count(
                apiKey,
                stored,
                now,
                state -> state.correctedBy(difference.time(), difference.amount(), thresholds),
                difference.appendedAt());
    }

    private void count(
            String apiKey,
            @Nullable QuotaState stored,
            Instant now,
            Function<QuotaState, QuotaState.Step> step,
            Instant at) {
        QuotaLimits limits = catalog.limits(apiKey);
        ZoneId zone = catalog.zone(limits);
        QuotaState before = stored == null ? QuotaState.begin(now, zone) : heardBefore(apiKey, stored);
        take(apiKey, stored, before.at(now, zone, limits, thresholds).then(step), false, at);
    }

    /** The state as it is to be published; null: there is none, or the key is deleted and has no record any more. */
    @Nullable
    KeyQuotaState published(String apiKey) {
        QuotaState state = states.get(apiKey);
        return state == null || state.deleted() ? null : QuotaRecords.state(apiKey, state);
    }

    /** Whose key it is; null: shared, or unknown to the catalog. */
    @Nullable
    String organization(String apiKey) {
        return catalog.limits(apiKey).organization();
    }

    /** What was told so far is committed: from now on it can be read. */
    void committed(Instant wallClock) {
        for (String apiKey : unheard) {
            QuotaState state = states.get(apiKey);
            if (state != null) {
                states.put(apiKey, state.readable(wallClock));
            }
        }
        unheard.clear();
    }

    /** Steps on what needs no call: what the catalog changed, and whose period has ended. */
    void look(Instant wallClock) {
        followCatalog(wallClock);
        if (clock == QuotaClock.WALL && !wallClock.isBefore(nextDue)) {
            lookAtDue(wallClock);
        }
    }

    private void followCatalog(Instant wallClock) {
        long deadline = System.nanoTime() + BUDGET.toNanos();
        for (Map.Entry<Long, String> change :
                catalog.changedAfter(catalogChange).entrySet()) {
            if (isHere.test(change.getValue())) {
                look(change.getValue(), wallClock);
            }
            catalogChange = change.getKey();
            if (System.nanoTime() > deadline) {
                return; // The next tick goes on here.
            }
        }
    }

    private void lookAtDue(Instant wallClock) {
        long deadline = System.nanoTime() + BUDGET.toNanos();
        List<Due> slice;
        do {
            slice = dueUntil(wallClock);
            slice.forEach(key -> look(key.apiKey(), wallClock));
        } while (slice.size() == SLICE && System.nanoTime() < deadline);
        if (slice.size() < SLICE) {
            nextDue = firstDueAfter(wallClock);
        }
    }

    private List<Due> dueUntil(Instant time) {
        List<Due> slice = new ArrayList<>();
        try (KeyValueIterator<Due, byte[]> keys = due.range(Due.before(Instant.EPOCH), Due.after(time))) {
            while (keys.hasNext() && slice.size() < SLICE) {
                slice.add(keys.next().key);
            }
        }
        return slice;
    }

    private Instant firstDueAfter(Instant time) {
        try (KeyValueIterator<Due, byte[]> keys = due.range(Due.after(time), null)) {
            return keys.hasNext() ? keys.peekNextKey().at() : Instant.MAX;
        }
    }

    /** A key that nobody calls, now. */
    private void look(String apiKey, Instant wallClock) {
        QuotaState stored = states.get(apiKey);
        Instant now = clock.idle(wallClock, stored == null ? null : stored.lastUsedAt());
        if (now == null) {
            return;
        }
        QuotaLimits limits = catalog.limits(apiKey);
        ZoneId zone = catalog.zone(limits);
        QuotaState before = stored == null ? QuotaState.begin(now, zone) : heardBefore(apiKey, stored);
        QuotaState.Step step = before.at(now, zone, limits, thresholds);
        boolean unusedAndFree = stored == null && step.state().enabled();
        if (step.state() != stored && !unusedAndFree) {
            take(apiKey, stored, step, true, wallClock);
        }
    }

    /**
     * @param publish whether to tell the new state though nothing but amounts changed; spend waits for {@link #published}
     * @param at append time of the usage that caused it, or the clock's time where none did
     */
    private void take(String apiKey, @Nullable QuotaState stored, QuotaState.Step step, boolean publish, Instant at) {
        QuotaState state = step.state();
        states.put(apiKey, state);
        moveDue(stored == null ? null : Due.of(apiKey, stored), Due.of(apiKey, state));
        if (state.unheard()) {
            unheard.add(apiKey);
        }
        meter.accept(step);
        QuotaRecords.events(apiKey, step, at).forEach(event -> news.event(apiKey, event, at));
        boolean deletedNow = state.deleted() && !step.before().deleted();
        if (deletedNow) {
            news.state(apiKey, null, at);
            states.told(apiKey);
        } else if (!state.deleted() && (publish || !step.changes().isEmpty())) {
            news.state(apiKey, QuotaRecords.state(apiKey, state), at);
            states.told(apiKey);
        }
    }

    private void moveDue(@Nullable Due before, @Nullable Due after) {
        if (clock != QuotaClock.WALL || Objects.equals(before, after)) {
            return;
        }
        if (before != null) {
            due.delete(before);
        }
        if (after != null) {
            due.put(after, PRESENT);
            nextDue = after.at().isBefore(nextDue) ? after.at() : nextDue;
        }
    }

    /** A breach of an earlier owner of the task was committed, else it weren't here: it was readable when this one began. */
    private QuotaState heardBefore(String apiKey, QuotaState stored) {
        return stored.unheard() && !unheard.contains(apiKey) ? stored.readable(began) : stored;
    }
}
