package io.modelhub.aggregator.ledger;

import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/** A store that lives in memory alone and has no changelog: it begins empty, and something else fills it. */
public abstract class UnloggedStore implements StateStore {

    private final String name;
    private boolean open;

    protected UnloggedStore(String name) {
        this.name = name;
    }

    /** A builder for a store of this kind. */
    public static <T extends UnloggedStore> StoreBuilder<T> unlogged(String name, Supplier<T> stores) {
        return new UnloggedStoreBuilder<>(name, stores);
    }

    /** Forgets everything. */
    protected abstract void clear();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void init(StateStoreContext context, StateStore root) {
        clear();
        open = true;
        context.register(root, (key, value) -> {
            throw new IllegalStateException("the store " + name + " has no changelog to restore from");
        });
    }

    /** Nothing here waits to be written. It comes after the producer's flush: too late to forward. */
    @Override
    public final void flush() {
        // Nothing to do.
    }

    @Override
    public final void close() {
        clear();
        open = false;
    }

    @Override
    public final boolean persistent() {
        return false;
    }

    @Override
    public final boolean isOpen() {
        return open;
    }
}
