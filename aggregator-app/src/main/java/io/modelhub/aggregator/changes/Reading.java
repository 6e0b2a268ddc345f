package io.modelhub.aggregator.changes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** The committed records of a topic, in the order of each partition, from a position on. For one thread at a time. */
public final class Reading implements AutoCloseable {

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private Reading(Consumer<byte[], byte[]> consumer, String topic, int partitions) {
        this.consumer = consumer;
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(this.partitions);
    }

    /** From the oldest record that is kept. */
    static Reading ofAll(Consumer<byte[], byte[]> consumer, String topic, int partitions) {
        Reading reading = new Reading(consumer, topic, partitions);
        consumer.beginningOffsets(reading.partitions).forEach(consumer::seek);
        return reading;
    }

    /** What is committed from now on. */
    static Reading ofNew(Consumer<byte[], byte[]> consumer, String topic, int partitions) {
        Reading reading = new Reading(consumer, topic, partitions);
        consumer.endOffsets(reading.partitions).forEach(consumer::seek);
        return reading;
    }

    /** @throws PositionLostException records in between are gone */
    static Reading from(TopicPosition position, Consumer<byte[], byte[]> consumer, String topic, int partitions) {
        Reading reading = new Reading(consumer, topic, partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(reading.partitions);
        TopicPosition end = reading.end();
        for (TopicPartition partition : reading.partitions) {
            long offset = position.offsets().get(partition.partition());
            if (offset < Objects.requireNonNull(begins.get(partition))
                    || offset > end.offsets().get(partition.partition())) {
                throw new PositionLostException("partition %d of %s has offsets %d to %d, not %d"
                        .formatted(
                                partition.partition(),
                                topic,
                                begins.get(partition),
                                end.offsets().get(partition.partition()),
                                offset));
            }
            consumer.seek(partition, offset);
        }
        return reading;
    }

    /** Of the next record. */
    public TopicPosition position() {
        return new TopicPosition(partitions.stream().map(consumer::position).toList());
    }

    /** How many offsets of what is committed now are yet to come. */
    public long lag() {
        TopicPosition end = end();
        TopicPosition here = position();
        return IntStream.range(0, partitions.size())
                .mapToLong(partition ->
                        end.offsets().get(partition) - here.offsets().get(partition))
                .sum();
    }

    /** Behind the last record that is committed now. */
    private TopicPosition end() {
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        return new TopicPosition(partitions.stream()
                .map(partition -> Objects.requireNonNull(ends.get(partition)))
                .toList());
    }

    /**
     * The next records; none where none came in time.
     *
     * @throws PositionLostException they are gone
     */
    public List<ConsumerRecord<byte[], byte[]>> next(Duration patience) {
        try {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            consumer.poll(patience).forEach(records::add);
            return records;
        } catch (OffsetOutOfRangeException e) {
            throw new PositionLostException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
