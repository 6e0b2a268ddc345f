package io.modelhub.local.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.wire.AvroDeserializer;
import io.modelhub.wire.AvroSerdes;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The committed records of a topic, each as a line of JSON: key, value, and where and when it was appended. */
public final class TopicLines {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final AvroDeserializer<SpecificRecord> keys = new AvroDeserializer<>();
    private final AvroDeserializer<SpecificRecord> values = new AvroDeserializer<>();

    /** @param registryUrl the root of the registry's Confluent API */
    public TopicLines(String bootstrapServers, String registryUrl) {
        this.bootstrapServers = bootstrapServers;
        keys.configure(Map.of(AvroSerdes.REGISTRY_URL, registryUrl), true);
        values.configure(Map.of(AvroSerdes.REGISTRY_URL, registryUrl), false);
    }

    /**
     * Prints the topic from its beginning.
     *
     * @param follow whether to go on at the end until the thread is interrupted
     * @throws org.apache.kafka.common.KafkaException the broker can't be reached
     */
    public void print(String topic, boolean follow, Consumer<String> lines) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                10_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (follow || partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(POLL).forEach(record -> lines.accept(line(record)));
            }
        }
    }

    private String line(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("append_time", Instant.ofEpochMilli(record.timestamp()).toString());
        json.put("partition", record.partition());
        json.put("offset", record.offset());
        putKey(json, record);
        try {
            json.set("value", json(values, record.topic(), record.value()));
        } catch (MalformedRecordException e) {
            json.put("malformed", e.getMessage());
        }
        return json.toString();
    }

    /** A key is Avro in the wire format, or text, which never begins with the byte 0. */
    private void putKey(ObjectNode json, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        if (key == null) {
            json.putNull("key");
        } else if (key.length > 0 && key[0] == WireFormat.MAGIC) {
            json.set("key", json(keys, record.topic(), key));
        } else {
            json.put("key", new String(key, StandardCharsets.UTF_8));
        }
    }

    private static JsonNode json(AvroDeserializer<SpecificRecord> avro, String topic, byte @Nullable [] bytes) {
        SpecificRecord record = avro.deserialize(topic, bytes);
        return record == null ? JsonNodeFactory.instance.nullNode() : AvroAsJson.of(record);
    }
}
