package io.modelhub.aggregator.catalog;

import io.modelhub.aggregator.fold.UnloggedStore;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A compacted catalog topic as a table in memory, whole on every instance, in the form that the stages look things up in. A
 * global store of the topology: filled before the first event is processed, kept up to date by one thread, read by many.
 *
 * @param <V> what the stages need to know of an entity
 */
public final class CatalogBook<V> extends UnloggedStore {

    private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();

    CatalogBook(String name) {
        super(name);
    }

    /** What is known under an identifier now; null where there is nothing. */
    public @Nullable V find(String id) {
        Entry<V> entry = entries.get(id);
        return entry == null ? null : entry.value;
    }

    /** How many entities there are. */
    public int size() {
        return entries.size();
    }

    /** The identifiers known now. */
    public Set<String> ids() {
        return Set.copyOf(entries.keySet());
    }

    /** An older revision than the known one is ignored: the relay may send a record twice. */
    void put(String id, V value, long revision) {
        entries.merge(id, new Entry<>(value, revision), (known, sent) -> sent.revision < known.revision ? known : sent);
    }

    void delete(String id) {
        entries.remove(id);
    }

    @Override
    protected void clear() {
        entries.clear();
    }

    private record Entry<V>(V value, long revision) {}
}
