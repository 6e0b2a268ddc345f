package io.modelhub.aggregator.ledger;

import java.util.function.LongSupplier;
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
 * Runs something right before a task commits, inside the commit's transaction: what was folded in memory since the last commit
 * is written then, once. What a crash takes from the memory was never committed, and its events are read again.
 *
 * <p>Kafka Streams calls {@code CachedStateStore.flushCache()} of a task's stores before it flushes the producer and commits,
 * on revocation and close too; no public hook does that (ADR 0005). The interface is internal: the Kafka version is pinned,
 * and {@code ExactlyOnceIT} shows on a real broker that nothing is lost or doubled by a kill, an abort or a revocation.
 */
public final class BeforeCommit extends UnloggedStore implements CachedStateStore<Object, Object> {

    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ProcessorNode<?, ?, ?, ?> node;
    private @Nullable Runnable action;
    private LongSupplier appendTime = () -> 0;

    private BeforeCommit(String name) {
        super(name);
    }

    /** A builder for {@code ProcessorSupplier.stores()}. */
    public static StoreBuilder<BeforeCommit> builder(String name) {
        return unlogged(name, () -> new BeforeCommit(name));
    }

    /**
     * Says what to run; a processor calls this in its {@code init}.
     *
     * @param processorContext of the processor that calls: what the action forwards goes to its children
     * @param action may forward and may write to stores; runs before each commit, also where there is nothing to do
     * @param appendTime of the latest record, epoch milliseconds; what is written carries it
     */
    public void run(ProcessorContext<?, ?> processorContext, Runnable action, LongSupplier appendTime) {
        this.context = (InternalProcessorContext<?, ?>) processorContext;
        this.node = context.currentNode();
        this.action = action;
        this.appendTime = appendTime;
    }

    @Override
    public void flushCache() {
        if (action == null || context == null) {
            return;
        }
        ProcessorRecordContext recordBefore = context.recordContext();
        ProcessorNode<?, ?, ?, ?> nodeBefore = context.currentNode();
        context.setRecordContext(new ProcessorRecordContext(
                appendTime.getAsLong(), -1, context.taskId().partition(), null, new RecordHeaders()));
        context.setCurrentNode(node);
        try {
            action.run();
        } finally {
            context.setCurrentNode(nodeBefore);
            context.setRecordContext(recordBefore);
        }
    }

    @Override
    public void clearCache() {
        // What is cached belongs to the processor, which begins anew with its task.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    protected void clear() {
        action = null;
    }
}
