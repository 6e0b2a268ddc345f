package io.modelhub.wire;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Confluent wire format into the generated class that the writer's schema names, resolving the writer's schema to
 * the class's own. Understands the setting {@code schema.registry.url} of Confluent's deserializer. One thread at a time.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistry registry;
    private @Nullable BinaryDecoder decoder;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistry.at(AvroSerdes.registryUrl(configs));
    }

    /**
     * @throws MalformedRecordException the bytes are at fault: set the record aside
     * @throws RegistryUnavailableException the registry is away and the schema not known yet: try again
     */
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        SpecificDatumReader<T> reader = reader(WireFormat.schemaId(bytes));
        try {
            decoder = DecoderFactory.get()
                    .binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, decoder);
            return reader.read(null, decoder);
        } catch (IOException | AvroRuntimeException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MalformedRecordException(
                    "the value does not fit its schema %s: %s"
                            .formatted(reader.getSchema().getFullName(), e),
                    e);
        }
    }

    private SpecificDatumReader<T> reader(int id) {
        SpecificDatumReader<T> known = readers.get(id);
        if (known != null) {
            return known;
        }
        if (registry == null) {
            throw new IllegalStateException("the deserializer is used before configure()");
        }
        SpecificDatumReader<T> fresh = readerOf(registry.schema(id), id);
        readers.put(id, fresh);
        return fresh;
    }

    private static <T extends SpecificRecord> SpecificDatumReader<T> readerOf(Schema writer, int id) {
        Class<?> type = SpecificData.get().getClass(writer);
        if (type == null || !SpecificRecord.class.isAssignableFrom(type)) {
            throw new MalformedRecordException(
                    "schema id %d is of %s, which is no type of this platform".formatted(id, writer.getFullName()));
        }
        SpecificData model = SpecificData.getForClass(type);
        try {
            return new SpecificDatumReader<>(writer, model.getSchema(type), model);
        } catch (AvroRuntimeException e) {
            throw new MalformedRecordException(
                    "schema id %d of %s can't be read".formatted(id, writer.getFullName()), e);
        }
    }
}
