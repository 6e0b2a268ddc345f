package io.modelhub.catalog.follow;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of each entity of a compacted topic. A record with a lower revision than is known is ignored: the relay
 * sends at least once. Not for several threads at once.
 *
 * @param <A> the topic's type
 * @param <V> what is kept of a record
 */
public final class EntityTable<A, V> {

    private final ToLongFunction<A> revision;
    private final Function<A, V> view;
    private final Map<String, Entry<V>> entries = new HashMap<>();

    private record Entry<V>(long revision, V value) {}

    public EntityTable(ToLongFunction<A> revision, Function<A, V> view) {
        this.revision = revision;
        this.view = view;
    }

    /**
     * @param state null: the entity is gone, and one that is made anew begins with revision 1
     * @return whether it changed anything
     */
    public boolean take(String key, @Nullable A state) {
        if (state == null) {
            return entries.remove(key) != null;
        }
        long sent = revision.applyAsLong(state);
        Entry<V> known = entries.get(key);
        if (known != null && known.revision >= sent) {
            return false;
        }
        entries.put(key, new Entry<>(sent, view.apply(state)));
        return true;
    }

    public Collection<V> values() {
        return entries.values().stream().map(Entry::value).toList();
    }
}
