package io.modelhub.local.usage;

import io.modelhub.local.topic.CommittedLog;
import io.modelhub.schema.Model;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import io.modelhub.wire.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The committed records of the platform's topics, decoded. One thread at a time. */
public final class PlatformLog implements AutoCloseable {

    private final CommittedLog committed;
    private final Topics topics;

    /**
     * @param registryUrl the root of the registry's Confluent API
     * @throws org.apache.kafka.common.KafkaException no address in {@code bootstrapServers} is one
     */
    public PlatformLog(String bootstrapServers, String registryUrl) {
        this.committed = new CommittedLog(bootstrapServers);
        this.topics = new Topics(AvroSerdes.at(registryUrl));
    }

    public CommittedLog committed() {
        return committed;
    }

    public Topics topics() {
        return topics;
    }

    /** Reads a topic whole, tombstones and what can't be decoded included: they have no value. */
    public <T extends SpecificRecord> void read(Topic<?, T> topic, Consumer<Placed<T>> records) {
        committed.read(topic.name(), record -> records.accept(placed(topic, record)));
    }

    /** Reads partitions of a topic from one place, inclusive, to another, exclusive. */
    public <T extends SpecificRecord> void read(
            Topic<?, T> topic,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Consumer<Placed<T>> records) {
        committed.read(from, to, record -> records.accept(placed(topic, record)));
    }

    /** Reads the values of a topic: no tombstones, and nothing that can't be decoded. */
    public <T extends SpecificRecord> void readValues(Topic<?, T> topic, Consumer<Placed<T>> records) {
        read(topic, record -> {
            if (record.value() != null) {
                records.accept(record);
            }
        });
    }

    public static <T extends SpecificRecord> Placed<T> placed(
            Topic<?, T> topic, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return new Placed<>(
                key == null ? "" : new String(key, StandardCharsets.UTF_8),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                value(topic, record));
    }

    private static <T> @Nullable T value(Topic<?, T> topic, ConsumerRecord<byte[], byte[]> record) {
        try {
            return topic.value().deserializer().deserialize(topic.name(), record.value());
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    /** What the catalog's topics say now, with the organizations' zones. */
    public Catalog catalog() {
        Map<String, ZoneId> zones = new HashMap<>();
        latest(topics.organizations(), organization -> organization.getRevision())
                .forEach((id, organization) -> zones.put(id, ZoneId.of(organization.getTimeZone())));
        // What there is first: an entity that is deleted meanwhile is found in one place at least.
        Map<String, Model> models = latest(topics.models(), model -> model.getRevision());
        latest(topics.deletedModels(), lastRecord -> 0).forEach(models::putIfAbsent);
        return new Catalog(
                models,
                latest(topics.apiKeys(), key -> key.getRevision()),
                latest(topics.deletedApiKeys(), lastRecord -> 0),
                zones);
    }

    /** The highest revision of each entity; none where it was deleted. */
    private <T extends SpecificRecord> Map<String, T> latest(Topic<String, T> topic, ToLongFunction<T> revision) {
        Map<String, T> latest = new HashMap<>();
        read(topic, record -> {
            T value = record.value();
            if (value == null) {
                latest.remove(record.key());
            } else {
                latest.merge(
                        record.key(),
                        value,
                        (known, read) -> revision.applyAsLong(read) >= revision.applyAsLong(known) ? read : known);
            }
        });
        return latest;
    }

    @Override
    public void close() {
        committed.close();
    }
}
