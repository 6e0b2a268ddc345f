package io.modelhub.aggregator.sql;

import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** A topic that a test puts records on, and consumers of it. */
final class TopicByHand {

    private static final int MOST_AT_ONCE = 500;

    private final String name;
    private final List<List<byte[]>> partitions = new ArrayList<>();
    private long begin;

    TopicByHand(String name) {
        this.name = name;
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            partitions.add(new ArrayList<>());
        }
    }

    synchronized void add(int partition, SpecificRecord value) {
        partitions.get(partition).add(bytes(value));
    }

    synchronized void deleteBefore(long offset) {
        begin = offset;
    }

    Consumer<byte[], byte[]> consumer() {
        return new Mock();
    }

    private final class Mock extends MockConsumer<byte[], byte[]> {

        Mock() {
            super("none");
        }

        @Override
        public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> asked) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            asked.forEach(partition -> offsets.put(partition, begin));
            return offsets;
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> asked) {
            synchronized (TopicByHand.this) {
                Map<TopicPartition, Long> offsets = new HashMap<>();
                asked.forEach(partition -> offsets.put(
                        partition, (long) partitions.get(partition.partition()).size()));
                return offsets;
            }
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration patience) {
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new LinkedHashMap<>();
            synchronized (TopicByHand.this) {
                for (TopicPartition partition : assignment()) {
                    long from = position(partition);
                    long to = Math.min(
                            partitions.get(partition.partition()).size(), from + MOST_AT_ONCE / Topics.PARTITIONS);
                    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                    for (long offset = from; offset < to; offset++) {
                        records.add(new ConsumerRecord<>(
                                name,
                                partition.partition(),
                                offset,
                                null,
                                partitions.get(partition.partition()).get((int) offset)));
                    }
                    if (!records.isEmpty()) {
                        polled.put(partition, records);
                        seek(partition, to);
                    }
                }
            }
            if (polled.isEmpty()) {
                Thread.yield();
            }
            return new ConsumerRecords<>(polled, Map.of());
        }
    }

    /** Serdes of records without a registry: the Avro bytes alone. */
    static Topics topics() {
        return new Topics(new AvroSerdes(Map.of(
                AvroSerdes.REGISTRY_URL, "http://nowhere.invalid", AvroSerdes.DESERIALIZER, Bare.class.getName())));
    }

    private static byte[] bytes(SpecificRecord value) {
        java.io.ByteArrayOutputStream output = new java.io.ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(output, null);
        try {
            new SpecificDatumWriter<SpecificRecord>(value.getSchema(), SpecificData.getForClass(value.getClass()))
                    .write(value, encoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output.toByteArray();
    }

    /** Made by name. */
    public static final class Bare implements Deserializer<SpecificRecord> {

        private Class<?> type = SpecificRecord.class;

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            type = (Class<?>) configs.get(isKey ? "specific.avro.key.type" : "specific.avro.value.type");
        }

        @Override
        public SpecificRecord deserialize(String topic, byte[] bytes) {
            Schema schema = SpecificData.get().getSchema(type);
            try {
                return new SpecificDatumReader<SpecificRecord>(schema, schema, SpecificData.getForClass(type))
                        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
