package io.modelhub.aggregator.query;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/** The state stores of this process, once they can be read. */
public final class Stores {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Optional<KafkaStreams>> streams;

    public Stores(Supplier<Optional<KafkaStreams>> streams) {
        this.streams = streams;
    }

    /** Reads from the stores, which the reader opens by {@link KafkaStreams#store}. */
    <T> StoreAnswer<T> read(Function<KafkaStreams, T> reader) {
        Optional<KafkaStreams> running = streams.get();
        if (running.isEmpty()) {
            return new StoreAnswer.NotReady<>("the aggregator has not reached the broker yet", RETRY);
        }
        KafkaStreams open = running.get();
        try {
            return new StoreAnswer.Found<>(reader.apply(open));
        } catch (InvalidStateStoreException e) {
            return notReady(open);
        } catch (RuntimeException e) {
            if (open.state().isRunningOrRebalancing()) {
                throw e;
            }
            return notReady(open); // The stores were closed under the read.
        }
    }

    private static <T> StoreAnswer<T> notReady(KafkaStreams open) {
        return new StoreAnswer.NotReady<>(
                "the aggregator is " + open.state() + "; its stores can't be read now", RETRY);
    }
}
