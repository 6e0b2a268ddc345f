package io.modelhub.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated Avro records in the Confluent wire format, under the subject topic-value or topic-key. Understands the
 * settings {@code schema.registry.url} and {@code auto.register.schemas} (default true) of Confluent's own serializer, with
 * which it is interchangeable. Thread-safe.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    private final Map<String, Target> targets = new ConcurrentHashMap<>();
    private final ThreadLocal<Buffer> buffers = ThreadLocal.withInitial(Buffer::new);

    private @Nullable SchemaRegistry registry;
    private boolean registers = true;
    private String suffix = "-value";

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistry.at(AvroSerdes.registryUrl(configs));
        registers = !"false".equals(String.valueOf(configs.get(AvroSerdes.AUTO_REGISTER_SCHEMAS)));
        suffix = isKey ? "-key" : "-value";
    }

    /**
     * @throws RegistryUnavailableException the registry is away and the schema's id not known yet: try again
     * @throws SerializationException the record doesn't fit its schema, or the registry refuses the schema: a bug
     */
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        Target target = target(topic, record);
        Buffer buffer = buffers.get();
        buffer.bytes.reset();
        buffer.bytes.writeBytes(target.header);
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(buffer.bytes, buffer.encoder);
            buffer.encoder = encoder;
            target.writer.write(record, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
            // Half a record may stand in the encoder: start afresh. Avro says NullPointerException for a missing value.
            buffers.remove();
            throw new SerializationException(
                    "a %s can't be written for %s: %s"
                            .formatted(record.getSchema().getFullName(), topic, e.getMessage()),
                    e);
        }
        return buffer.bytes.toByteArray();
    }

    @SuppressWarnings("ReferenceEquality") // A class has one schema object; comparing deeply for each record is slow.
    private Target target(String topic, T record) {
        Target known = targets.get(topic);
        if (known != null && known.schema == record.getSchema()) {
            return known;
        }
        if (registry == null) {
            throw new IllegalStateException("the serializer is used before configure()");
        }
        Schema schema = record.getSchema();
        String subject = topic + suffix;
        int id = registers ? registry.register(subject, schema) : registry.lookUp(subject, schema);
        Target fresh = new Target(
                schema,
                ByteBuffer.allocate(WireFormat.HEADER_BYTES)
                        .put(WireFormat.MAGIC)
                        .putInt(id)
                        .array(),
                new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass())));
        targets.put(topic, fresh);
        return fresh;
    }

    /** What stands before each value, and what writes it. A datum writer keeps no state and may serve several threads. */
    private static final class Target {
        private final Schema schema;
        private final byte[] header;
        private final SpecificDatumWriter<SpecificRecord> writer;

        Target(Schema schema, byte[] header, SpecificDatumWriter<SpecificRecord> writer) {
            this.schema = schema;
            this.header = header;
            this.writer = writer;
        }
    }

    private static final class Buffer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private @Nullable BinaryEncoder encoder;
    }
}
