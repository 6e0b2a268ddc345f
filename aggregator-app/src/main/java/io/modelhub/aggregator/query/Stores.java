package io.modelhub.aggregator.query;

import io.modelhub.aggregator.cluster.PartitionsAwayException;
import io.modelhub.aggregator.cluster.Whole;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/** The state stores, once they can be read: those of this process, and through it those of all instances. */
public final class Stores {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Optional<KafkaStreams>> streams;
    private final Whole whole;

    public Stores(Supplier<Optional<KafkaStreams>> streams, Whole whole) {
        this.streams = streams;
        this.whole = whole;
    }

    /** What all instances hold together, for a reader within {@link #read}. */
    Whole whole() {
        return whole;
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
        } catch (PartitionsAwayException e) {
            return new StoreAnswer.NotReady<>(String.valueOf(e.getMessage()), RETRY);
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
