package io.modelhub.aggregator.fold;

import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Counts a task's commits as they begin, which no public hook tells. A commit ends before the task's next record or
 * punctuation: a processor that finds another number than at its last run knows that what it wrote then can be read by
 * others now. Rests on the same internal interface as {@link Fold}.
 */
public final class CommitCount extends UnloggedStore implements CachedStateStore<Object, Object> {

    private long begun;

    private CommitCount(String name) {
        super(name);
    }

    /** A builder for {@code ProcessorSupplier.stores()}. */
    public static StoreBuilder<CommitCount> builder(String name) {
        return unlogged(name, () -> new CommitCount(name));
    }

    /** Commits that have begun since the task came here. */
    public long begun() {
        return begun;
    }

    @Override
    public void flushCache() {
        begun++;
    }

    @Override
    public void clearCache() {
        // Nothing is held.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    protected void clear() {
        begun = 0;
    }
}
