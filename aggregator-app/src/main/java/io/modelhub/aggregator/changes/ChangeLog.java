package io.modelhub.aggregator.changes;

import io.modelhub.topic.TopicDefinition;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** A topic whose changes can be read, from any position that is still kept. For any thread. */
public final class ChangeLog {

    private final TopicDefinition topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    /** @param consumers each without a group, reading committed records, failing where an offset is gone */
    public ChangeLog(TopicDefinition topic, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.topic = topic;
        this.consumers = consumers;
    }

    public int partitions() {
        return topic.partitions();
    }

    /** From the oldest record that is kept. */
    public Reading readAll() {
        return opened(consumer -> Reading.ofAll(consumer, topic.name(), topic.partitions()));
    }

    /** What is committed from now on. */
    public Reading readNew() {
        return opened(consumer -> Reading.ofNew(consumer, topic.name(), topic.partitions()));
    }

    /** @throws PositionLostException records in between are gone */
    public Reading readFrom(TopicPosition position) {
        return opened(consumer -> Reading.from(position, consumer, topic.name(), topic.partitions()));
    }

    private Reading opened(Function<Consumer<byte[], byte[]>, Reading> opening) {
        Consumer<byte[], byte[]> consumer = consumers.get();
        try {
            return opening.apply(consumer);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }
}
