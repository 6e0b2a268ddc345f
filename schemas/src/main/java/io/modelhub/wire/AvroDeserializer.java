package io.modelhub.wire;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Confluent wire format into generated classes, resolving the schema that a value was written with to the class's
 * own. Understands the settings {@code schema.registry.url}, {@code specific.avro.value.type} and
 * {@code specific.avro.key.type} of Confluent's deserializer; without a type, the class is the one that the writer's schema
 * names. Thread-safe.
 *
 * <p>Bytes are believed only as far as they go: a length that they can't hold, bytes left over and a decimal of more digits than
 * its schema allows make a record malformed, never the process short of memory.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final Map<Integer, Reader<T>> readers = new ConcurrentHashMap<>();

    private @Nullable SchemaRegistry registry;
    private @Nullable Class<?> type;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistry.at(AvroSerdes.registryUrl(configs));
        String setting = isKey ? AvroSerdes.KEY_TYPE : AvroSerdes.VALUE_TYPE;
        Object wanted = configs.get(setting);
        if (wanted != null && !(wanted instanceof Class<?> given && SpecificRecord.class.isAssignableFrom(given))) {
            throw new ConfigException(setting, wanted, "must be a generated Avro class");
        }
        type = (Class<?>) wanted;
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
        Reader<T> reader = reader(WireFormat.schemaId(bytes));
        BoundedDecoder decoder = new BoundedDecoder(bytes, WireFormat.HEADER_BYTES);
        T record;
        try {
            record = reader.datums.read(null, decoder);
            reader.bounds.check(record);
        } catch (IOException | AvroRuntimeException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MalformedRecordException(
                    "the value does not fit its schema %s: %s".formatted(reader.type(), e.getMessage()), e);
        }
        if (decoder.remaining() > 0) {
            throw new MalformedRecordException(
                    "%d bytes follow the end of the %s".formatted(decoder.remaining(), reader.type()));
        }
        return record;
    }

    private Reader<T> reader(int id) {
        Reader<T> known = readers.get(id);
        if (known != null) {
            return known;
        }
        if (registry == null) {
            throw new IllegalStateException("the deserializer is used before configure()");
        }
        Reader<T> fresh = reader(id, registry.schema(id));
        readers.put(id, fresh);
        return fresh;
    }

    private Reader<T> reader(int id, Schema writer) {
        Class<?> target = type == null ? SpecificData.get().getClass(writer) : type;
        if (target == null || !SpecificRecord.class.isAssignableFrom(target)) {
            throw new MalformedRecordException(
                    "schema id %d is of %s, which is no type of this platform".formatted(id, writer.getFullName()));
        }
        Schema expected = SpecificData.get().getSchema(target);
        if (!expected.getFullName().equals(writer.getFullName())) {
            throw new MalformedRecordException("schema id %d is of %s, which is not the %s expected"
                    .formatted(id, writer.getFullName(), expected.getFullName()));
        }
        try {
            SpecificData model = SpecificData.getForClass(target);
            return new Reader<>(new SpecificDatumReader<>(writer, expected, model), DecimalBounds.of(expected));
        } catch (AvroRuntimeException e) {
            throw new MalformedRecordException(
                    "schema id %d of %s can't be read".formatted(id, writer.getFullName()), e);
        }
    }

    /** What reads the values of one schema. A datum reader keeps no state between records and may serve several threads. */
    private record Reader<T>(SpecificDatumReader<T> datums, DecimalBounds bounds) {

        String type() {
            return datums.getSchema().getFullName();
        }
    }
}
