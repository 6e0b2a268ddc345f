package io.modelhub.aggregator.window;

import io.modelhub.aggregator.fold.Fold;
import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Merges the parts of minutes into the windows of every {@link Grain}, keeps them in one store per grain, and publishes the
 * changed ones at most once a second. All parts of an organization come here, whichever partition its calls were in.
 */
public final class MergeWindowsProcessor extends ContextualProcessor<String, byte[], UsageWindowKey, UsageWindow> {

    private static final String FOLD = "window-merge-fold";
    private static final String UNPUBLISHED = "window-unpublished";

    private final Function<Grain, String> publishTo;
    private final Map<Grain, WindowStore<String, byte[]>> windows = new EnumMap<>(Grain.class);

    private Fold<WindowId, WindowSum> fold;
    private Unpublished<WindowId> unpublished;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private MergeWindowsProcessor(Function<Grain, String> publishTo) {
        this.publishTo = publishTo;
    }

    /**
     * Key in: the organization; value in: an encoded part of a minute.
     *
     * @param publishTo name of the child that gets the windows of a grain
     */
    public static ProcessorSupplier<String, byte[], UsageWindowKey, UsageWindow> supplier(
            Function<Grain, String> publishTo) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], UsageWindowKey, UsageWindow> get() {
                return new MergeWindowsProcessor(publishTo);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                Stream<StoreBuilder<?>> ofGrains = Stream.of(Grain.values()).map(MergeWindowsProcessor::windowStore);
                Stream<StoreBuilder<?>> others =
                        Stream.of(Fold.builder(FOLD, WindowSum::new), Unpublished.store(UNPUBLISHED));
                return Stream.concat(ofGrains, others).collect(Collectors.toSet());
            }
        };
    }

    private static StoreBuilder<?> windowStore(Grain grain) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(grain.store(), grain.retention(), grain.size(), false),
                Serdes.String(),
                Serdes.ByteArray());
    }

    @Override
    public void init(ProcessorContext<UsageWindowKey, UsageWindow> context) {
        super.init(context);
        for (Grain grain : Grain.values()) {
            windows.put(grain, context.getStateStore(grain.store()));
        }
        KeyValueStore<Long, String> marks = context.getStateStore(UNPUBLISHED);
        unpublished = new Unpublished<>(marks, WindowId::asText, WindowId::ofText);
        fold = context.getStateStore(FOLD);
        fold.flushTo(context, this::keep);
        context.schedule(
                Unpublished.PACE,
                PunctuationType.WALL_CLOCK_TIME,
                now -> unpublished.publish(window -> publish(window, now)));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        MinutePart part = MinutePart.decode(record.value());
        for (Grain grain : Grain.values()) {
            WindowId window = new WindowId(grain, record.key(), part.model(), grain.startOf(part.minute()));
            fold.total(window, record.timestamp()).add(part.sum());
        }
    }

    private void keep(Map<WindowId, WindowSum> sums) {
        sums.forEach((window, sum) -> {
            WindowStore<String, byte[]> store = store(window.grain());
            byte[] stored = store.fetch(window.storeKey(), window.start());
            if (stored != null) {
                sum.decodeAndAdd(stored);
            }
            store.put(window.storeKey(), sum.encode(), window.start());
        });
        unpublished.mark(sums.keySet());
    }

    private void publish(WindowId window, long now) {
        byte[] stored = store(window.grain()).fetch(window.storeKey(), window.start());
        if (stored != null) { // Else its retention has passed.
            UsageWindowKey key = UsageWindows.key(window);
            UsageWindow value = UsageWindows.value(window, WindowSum.decode(stored));
            context().forward(new Record<>(key, value, now), publishTo.apply(window.grain()));
        }
    }

    private WindowStore<String, byte[]> store(Grain grain) {
        WindowStore<String, byte[]> store = windows.get(grain);
        if (store == null) {
            throw new IllegalStateException("no store for " + grain);
        }
        return store;
    }
}
