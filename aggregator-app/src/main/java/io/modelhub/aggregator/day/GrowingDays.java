package io.modelhub.aggregator.day;

import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.aggregator.window.Grain;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** Days that parts are added to by one processor, and that it publishes at most once a second where they have changed. */
public final class GrowingDays extends Days {

    private final WindowStore<String, byte[]> store;
    private final Unpublished<DayId> unpublished;

    private GrowingDays(WindowStore<String, byte[]> store, Unpublished<DayId> unpublished) {
        super(store);
        this.store = store;
        this.unpublished = unpublished;
    }

    /** The stores that the processor brings. */
    public static Set<StoreBuilder<?>> stores(String name) {
        return Set.of(store(name), Unpublished.store(unpublished(name)));
    }

    /** For a processor in its {@code init}. */
    public static GrowingDays in(ProcessingContext context, String name) {
        KeyValueStore<Long, String> marks = context.getStateStore(unpublished(name));
        return new GrowingDays(context.getStateStore(name), new Unpublished<>(marks, DayId::asText, DayId::ofText));
    }

    private static String unpublished(String name) {
        return name + "-unpublished";
    }

    /** Adds a part to the day that it is in. */
    public void add(String subject, DayPart part) {
        DayId id = new DayId(subject, Grain.DAY.startOf(part.quarter()));
        part.sums().byModel().forEach((model, sum) -> {
            String key = storeKey(id, model);
            byte[] stored = store.fetch(key, id.day());
            if (stored == null) {
                store.put(key, sum.encode(), id.day());
            } else {
                DaySum whole = DaySum.decode(stored);
                whole.add(sum);
                store.put(key, whole.encode(), id.day());
            }
        });
        unpublished.mark(List.of(id));
    }

    /** Hands out each day that has changed since the last time; nothing of one whose retention has passed. */
    public void publish(BiConsumer<DayId, ModelSums> publisher) {
        unpublished.publish(changed -> publisher.accept(changed, sums(changed)));
    }
}
