package io.modelhub.aggregator.catalog;

import io.modelhub.aggregator.ledger.UnloggedStore;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A compacted catalog topic as a table in memory, whole on every instance, in the form that the stages look things up in. A
 * global store of the topology: filled before the first event is processed, kept up to date by one thread, read by many.
 *
 * @param <V> what the stages need to know of an entity
 */
public final class CatalogBook<V> extends UnloggedStore {

    private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();

    /** What entities were that were deleted since this began to read. */
    private final Map<String, V> deleted = new ConcurrentHashMap<>();

    /** Every identifier once, by the number of its latest change; deleted ones too. */
    private final ConcurrentSkipListMap<Long, String> changes = new ConcurrentSkipListMap<>();

    private final Map<String, Long> lastChange = new HashMap<>(); // The writing thread's own.
    private long changed;

    CatalogBook(String name) {
        super(name);
    }

    /** What is known under an identifier now; null where there is nothing. */
    public @Nullable V find(String id) {
        Entry<V> entry = entries.get(id);
        return entry == null ? null : entry.value;
    }

    /** What an entity was that was deleted a moment ago; null where there is one, or none is known. */
    @Nullable
    V findDeleted(String id) {
        return deleted.get(id);
    }

    /** How many entities there are. */
    public int size() {
        return entries.size();
    }

    /** The identifiers known now. */
    public Set<String> ids() {
        return Set.copyOf(entries.keySet());
    }

    /**
     * The identifiers that were written or deleted after a change, by the number of their latest change; rising. A reader that
     * begins with 0 and goes on from the last number that it saw misses none, and sees each entity as it is by then.
     *
     * @param change a number that this gave before, or 0
     */
    public NavigableMap<Long, String> changedAfter(long change) {
        return changes.tailMap(change, false);
    }

    /** An older revision than the known one is ignored: the relay may send a record twice. */
    void put(String id, V value, long revision) {
        entries.merge(id, new Entry<>(value, revision), (known, sent) -> sent.revision < known.revision ? known : sent);
        deleted.remove(id);
        noteChange(id);
    }

    /** It is found among the deleted before it is missing. */
    void delete(String id) {
        Entry<V> known = entries.get(id);
        if (known != null) {
            deleted.put(id, known.value);
            entries.remove(id);
        }
        noteChange(id);
    }

    /** The new number comes before the old one goes, so that no reader misses the identifier. */
    private void noteChange(String id) {
        changes.put(++changed, id);
        Long before = lastChange.put(id, changed);
        if (before != null) {
            changes.remove(before);
        }
    }

    @Override
    protected void clear() {
        entries.clear();
        deleted.clear();
        changes.clear();
        lastChange.clear();
    }

    private record Entry<V>(V value, long revision) {}
}
