package io.modelhub.wire;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
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

    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

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
        SpecificDatumReader<T> reader = reader(WireFormat.schemaId(bytes));
        BoundedDecoder decoder = new BoundedDecoder(bytes, WireFormat.HEADER_BYTES);
        T record;
        try {
            record = reader.read(null, decoder);
        } catch (IOException | AvroRuntimeException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MalformedRecordException(
                    "the value does not fit its schema %s: %s"
                            .formatted(reader.getSchema().getFullName(), e.getMessage()),
                    e);
        }
        if (decoder.remaining() > 0) {
            throw new MalformedRecordException("%d bytes follow the end of the %s"
                    .formatted(decoder.remaining(), reader.getSchema().getFullName()));
        }
        return record;
    }

    private SpecificDatumReader<T> reader(int id) {
        SpecificDatumReader<T> known = readers.get(id);
        if (known != null) {
            return known;
        }
        if (registry == null) {
            throw new IllegalStateException("the deserializer is used before configure()");
        }
        SpecificDatumReader<T> fresh = reader(id, registry.schema(id));
        readers.put(id, fresh);
        return fresh;
    }

    private SpecificDatumReader<T> reader(int id, Schema writer) {
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
            return new BoundedReader<>(writer, expected, target.getClassLoader());
        } catch (AvroRuntimeException e) {
            throw new MalformedRecordException(
                    "schema id %d of %s can't be read".formatted(id, writer.getFullName()), e);
        }
    }

    /** Refuses a decimal with more digits than its schema allows: it could be read, but never written again. */
    private static final class BoundedReader<T> extends SpecificDatumReader<T> {

        private static final double BITS_PER_DIGIT = Math.log(10) / Math.log(2);

        BoundedReader(Schema writer, Schema reader, ClassLoader loader) {
            super(writer, reader, model(loader));
        }

        /** Avro's fast reader goes round {@link #convert}. */
        private static SpecificData model(ClassLoader loader) {
            SpecificData model = new SpecificData(loader);
            model.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
            model.addLogicalTypeConversion(new Conversions.DecimalConversion());
            model.setFastReaderEnabled(false);
            return model;
        }

        @Override
        protected Object convert(Object datum, Schema schema, LogicalType logicalType, Conversion<?> conversion) {
            Object value = super.convert(datum, schema, logicalType, conversion);
            if (value instanceof BigDecimal number
                    && logicalType instanceof LogicalTypes.Decimal decimal
                    && !fits(number, decimal.getPrecision())) {
                throw new AvroTypeException("a number has more than %d digits".formatted(decimal.getPrecision()));
            }
            return value;
        }

        /** Looks at the bits first: counting the digits of a number of a million bits takes seconds. */
        private static boolean fits(BigDecimal number, int precision) {
            return number.unscaledValue().bitLength() <= precision * BITS_PER_DIGIT + 1
                    && number.precision() <= precision;
        }
    }
}
