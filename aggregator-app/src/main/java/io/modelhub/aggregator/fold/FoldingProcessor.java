package io.modelhub.aggregator.fold;

import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Adds up what passes, and hands each sum on once per commit under another key.
 *
 * @param <I> what passes
 * @param <K> what a sum is about
 * @param <V> the sum, changed in place
 */
public abstract class FoldingProcessor<I, K, V> extends ContextualProcessor<byte[], I, String, byte[]> {

    private final String store;

    private Fold<K, V> fold;

    /** @param store name of its {@link Fold} */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    protected FoldingProcessor(String store) {
        this.store = store;
    }

    /**
     * The processor together with its store.
     *
     * @param empty a sum of nothing
     */
    protected static <I, V> ProcessorSupplier<byte[], I, String, byte[]> supplier(
            String store, Supplier<V> empty, Supplier<? extends FoldingProcessor<I, ?, V>> processors) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], I, String, byte[]> get() {
                return processors.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Fold.builder(store, empty));
            }
        };
    }

    @Override
    public final void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        fold = context.getStateStore(store);
        fold.flushTo(
                context,
                sums -> sums.forEach((about, sum) ->
                        context.forward(new Record<>(keyOf(about), encode(about, sum), fold.latestAppendTime()))));
    }

    /** The sum to add a record's value to. */
    protected final V sum(K about, Record<byte[], I> record) {
        return fold.total(about, record.timestamp());
    }

    /** The key under which a sum is handed on. */
    protected abstract String keyOf(K about);

    /** The value that is handed on. */
    protected abstract byte[] encode(K about, V sum);
}
