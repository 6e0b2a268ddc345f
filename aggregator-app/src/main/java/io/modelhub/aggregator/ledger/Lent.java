package io.modelhub.aggregator.ledger;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of this process lend to readers outside the topology, by partition: one thing of each task, from the moment that
 * its processor lends it until the task is closed. {@code KafkaStreams.store()} would look at all tasks of the process for each
 * question, under the locks of those that restore them.
 *
 * @param <T> safe to be read from any thread
 */
public final class Lent<T> {

    private final Map<Integer, T> things = new ConcurrentHashMap<>();

    /** Null where no task of this process lends it: another instance has the partition, or will. For any thread. */
    public @Nullable T of(int partition) {
        return things.get(partition);
    }

    /** A builder, for {@code ProcessorSupplier.stores()}, of what a task lends through. */
    public StoreBuilder<? extends StateStore> slot(String name) {
        return UnloggedStore.unlogged(name, () -> new Slot<>(name, things));
    }

    /**
     * Through this a task lends: it is one of its stores, and closed with them.
     *
     * @param <T> what is lent
     */
    public static final class Slot<T> extends UnloggedStore {

        private final Map<Integer, T> things;
        private int partition;
        private @Nullable T lent;

        private Slot(String name, Map<Integer, T> things) {
            super(name);
            this.things = things;
        }

        /** @param ofPartition of the task */
        public void lend(int ofPartition, T thing) {
            partition = ofPartition;
            lent = thing;
            things.put(ofPartition, thing);
        }

        /** What another task of the partition has lent meanwhile stays. */
        @Override
        protected void clear() {
            if (lent != null) {
                things.remove(partition, lent);
                lent = null;
            }
        }
    }
}
