package io.modelhub.aggregator.fold;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Totals that are folded in memory between two commits and handed on right before the commit, inside its transaction: so a
 * total that a thousand events touch is written once. It is empty after every commit and therefore needs no changelog: what
 * is lost with the process was never committed, and its events are read again.
 *
 * <p>Kafka Streams calls {@code CachedStateStore.flushCache()} of a task's stores before it flushes the producer and commits,
 * on revocation and close too; no public hook does that (ADR 0005). The interface is internal: the Kafka version is pinned,
 * and {@code ExactlyOnceIT} shows on a real broker that nothing is lost or doubled by a kill, an abort or a revocation.
 *
 * @param <K> what a total is about
 * @param <V> the total, changed in place by its processor
 */
public final class Fold<K, V> extends UnloggedStore implements CachedStateStore<Object, Object> {

    private final Supplier<V> empty;
    private final Map<K, V> totals = new HashMap<>();

    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ProcessorNode<?, ?, ?, ?> node;
    private @Nullable Consumer<Map<K, V>> onFlush;
    private long latestAppendTime;

    private Fold(String name, Supplier<V> empty) {
        super(name);
        this.empty = empty;
    }

    /** A builder for {@code ProcessorSupplier.stores()}. */
    public static <K, V> StoreBuilder<Fold<K, V>> builder(String name, Supplier<V> empty) {
        return unlogged(name, () -> new Fold<>(name, empty));
    }

    /**
     * Says what becomes of the totals; a processor calls this in its {@code init}.
     *
     * @param processorContext of the processor that calls: what {@code onFlush} forwards goes to its children
     * @param onFlush gets all totals once per commit; may forward and may write to stores
     */
    public void flushTo(ProcessorContext<?, ?> processorContext, Consumer<Map<K, V>> onFlush) {
        this.context = (InternalProcessorContext<?, ?>) processorContext;
        this.node = context.currentNode();
        this.onFlush = onFlush;
    }

    /**
     * The total to add to.
     *
     * @param appendTime of the record that adds to it, in epoch milliseconds; what is forwarded carries the latest one
     */
    public V total(K about, long appendTime) {
        latestAppendTime = Math.max(latestAppendTime, appendTime);
        V total = totals.get(about);
        if (total == null) {
            total = empty.get();
            totals.put(about, total);
        }
        return total;
    }

    /** How many totals wait for the commit. */
    public int size() {
        return totals.size();
    }

    /** Append time of the latest record folded, in epoch milliseconds. */
    public long latestAppendTime() {
        return latestAppendTime;
    }

    @Override
    public void flushCache() {
        if (totals.isEmpty() || context == null || onFlush == null) {
            return;
        }
        ProcessorRecordContext recordBefore = context.recordContext();
        ProcessorNode<?, ?, ?, ?> nodeBefore = context.currentNode();
        context.setRecordContext(new ProcessorRecordContext(
                latestAppendTime, -1, context.taskId().partition(), null, new RecordHeaders()));
        context.setCurrentNode(node);
        try {
            onFlush.accept(totals);
            totals.clear();
        } finally {
            context.setCurrentNode(nodeBefore);
            context.setRecordContext(recordBefore);
        }
    }

    @Override
    public void clearCache() {
        totals.clear();
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    protected void clear() {
        totals.clear();
    }
}
