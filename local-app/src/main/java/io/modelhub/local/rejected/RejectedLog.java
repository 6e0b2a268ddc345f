package io.modelhub.local.rejected;

import io.modelhub.local.topic.CommittedLog;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import io.modelhub.wire.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What stands on {@code modelhub.usage.rejected}, and what of it was sent again. One thread at a time. */
public final class RejectedLog implements AutoCloseable {

    /** @param <E> what keeps it from taking an event; reading then ends with it */
    @FunctionalInterface
    interface Taker<E extends Exception> {

        void take(RejectedEvent event) throws E;
    }

    private final CommittedLog log;
    private final Topic<byte[], RejectedUsage> topic;
    private final Topic<String, ModelMetrics> usage;

    public RejectedLog(String bootstrapServers, String registryUrl) {
        this.log = new CommittedLog(bootstrapServers);
        Topics topics = new Topics(AvroSerdes.at(registryUrl));
        this.topic = topics.usageRejected();
        this.usage = topics.usage();
    }

    CommittedLog committed() {
        return log;
    }

    /** Behind the last rejected event of each partition. */
    Map<TopicPartition, Long> ends() {
        return log.ends(log.partitions(topic.name()));
    }

    /**
     * The events between two places, those of a partition in their order.
     *
     * @param from inclusive; a partition that is missing is read from its beginning
     * @param to exclusive
     */
    <E extends Exception> void read(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Taker<E> events)
            throws E {
        Map<TopicPartition, Long> beginnings = log.beginnings(to.keySet());
        beginnings.replaceAll((partition, first) -> Math.max(first, from.getOrDefault(partition, 0L)));
        log.read(beginnings, to, record -> {
            RejectedUsage usage = decoded(record);
            if (usage != null) {
                events.take(new RejectedEvent(record.partition(), record.offset(), record.key(), usage));
            }
        });
    }

    /** Null where nothing of this platform wrote it: there is no event in it. */
    private @Nullable RejectedUsage decoded(ConsumerRecord<byte[], byte[]> record) {
        try {
            return topic.value().deserializer().deserialize(topic.name(), record.value());
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    /** The event as it stood on its topic; empty where it came by HTTP, or nobody can decode it. */
    Optional<ModelMetrics> usage(RejectedEvent event) {
        if (!event.cameByTopic()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(usage.value().deserializer().deserialize(usage.name(), event.original()));
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    /** The identities of all events that were sent again. */
    Set<String> sentAgain() {
        Set<String> identities = new HashSet<>();
        log.read(
                Topics.USAGE_REPLAYS.name(),
                record -> identities.add(new String(record.key(), StandardCharsets.UTF_8)));
        return identities;
    }

    @Override
    public void close() {
        log.close();
    }
}
