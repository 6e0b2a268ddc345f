package io.modelhub.aggregator.window;

import io.modelhub.aggregator.fold.Fold;
import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import java.util.EnumMap;
import java.util.HashMap;
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

    /** What has changed since the last publication, as it stands in the stores: no need to read it there again. */
    private final Map<WindowId, WindowSum> changed = new HashMap<>();

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
        changed.clear();
        for (Grain grain : Grain.values()) {
            windows.put(grain, context.getStateStore(grain.store()));
        }
        KeyValueStore<Long, String> marks = context.getStateStore(UNPUBLISHED);
        unpublished = new Unpublished<>(marks, WindowId::asText, WindowId::ofText);
        fold = context.getStateStore(FOLD);
        fold.flushTo(context, this::keep);
        context.schedule(Unpublished.PACE, PunctuationType.WALL_CLOCK_TIME, this::publishAll);
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
            WindowSum whole = changed.computeIfAbsent(window, this::stored);
            whole.add(sum);
            store(window.grain()).put(window.storeKey(), whole.encode(), window.start());
        });
        unpublished.mark(sums.keySet());
    }

    private void publishAll(long now) {
        unpublished.publish(window -> {
            WindowSum whole = changed.computeIfAbsent(window, this::stored);
            context()
                    .forward(
                            new Record<>(UsageWindows.key(window), UsageWindows.value(window, whole), now),
                            publishTo.apply(window.grain()));
        });
        changed.clear();
    }

    /** Empty where nothing is stored yet. */
    private WindowSum stored(WindowId window) {
        byte[] stored = store(window.grain()).fetch(window.storeKey(), window.start());
        return stored == null ? new WindowSum() : WindowSum.decode(stored);
    }

    private WindowStore<String, byte[]> store(Grain grain) {
        WindowStore<String, byte[]> store = windows.get(grain);
        if (store == null) {
            throw new IllegalStateException("no store for " + grain);
        }
        return store;
    }
}
