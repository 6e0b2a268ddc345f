package io.modelhub.aggregator.ledger;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.StateStoreProvider;
import org.jspecify.annotations.Nullable;

/**
 * Lends something of a task to readers outside the topology, under the name of a store. It is there from the moment that the
 * task's processor has filled it until the task is closed.
 *
 * @param <T> safe to be read from any thread
 */
public final class Lent<T> extends UnloggedStore {

    private volatile @Nullable T lent;
    private volatile int partition;

    private Lent(String name) {
        super(name);
    }

    /** A builder for {@code ProcessorSupplier.stores()}. */
    public static StoreBuilder<? extends StateStore> builder(String name) {
        return unlogged(name, () -> new Lent<>(name));
    }

    /** @param ofPartition of the task */
    public void lend(int ofPartition, T thing) {
        partition = ofPartition;
        lent = thing;
    }

    @Override
    protected void clear() {
        lent = null;
    }

    /**
     * What the tasks of this process lend under a name, by their partition, for {@code KafkaStreams.store()}.
     *
     * @param type what they lend
     */
    public static <T> StoreQueryParameters<Map<Integer, T>> query(String name, Class<T> type) {
        return StoreQueryParameters.fromNameAndType(name, new LentType<>(type));
    }

    private record LentType<T>(Class<T> type) implements QueryableStoreType<Map<Integer, T>> {

        @Override
        public boolean accepts(StateStore store) {
            return store instanceof Lent;
        }

        /** A task whose processor has not begun lends nothing yet, and an answer without its part would be wrong. */
        @Override
        public Map<Integer, T> create(StateStoreProvider provider, String name) {
            Map<Integer, T> all = new HashMap<>();
            for (Lent<?> store : provider.stores(name, new StoreItself())) {
                Object thing = store.lent;
                if (thing == null) {
                    throw new InvalidStateStoreException("a task is not ready to be read from");
                }
                all.put(store.partition, type.cast(thing));
            }
            return all;
        }
    }

    private static final class StoreItself implements QueryableStoreType<Lent<?>> {

        @Override
        public boolean accepts(StateStore store) {
            return store instanceof Lent;
        }

        @Override
        public Lent<?> create(StateStoreProvider provider, String name) {
            return provider.stores(name, this).get(0);
        }
    }
}
