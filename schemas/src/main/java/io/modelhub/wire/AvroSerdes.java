package io.modelhub.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the serdes of the platform's Avro types. Which classes write and read is a setting: by default the project's own;
 * with the Maven profile {@code confluent}, {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and its counterpart.
 * The bytes are the same, and so are the exceptions: see {@link AvroSerializer} and {@link AvroDeserializer}.
 *
 * <p>All settings go to these classes: {@code schema.registry.url} is required.
 */
public final class AvroSerdes {

    /** The root of the registry's Confluent API; Confluent's own name for it. */
    public static final String REGISTRY_URL = "schema.registry.url";

    /** Whether a serializer registers a schema that the registry doesn't have yet; Confluent's own name for it. */
    public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";

    /** Class name of the serializer; the name that the applications' settings have. */
    public static final String SERIALIZER = "modelhub.schema-registry.serializer";

    /** Class name of the deserializer; the name that the applications' settings have. */
    public static final String DESERIALIZER = "modelhub.schema-registry.deserializer";

    /** The generated class of values, set for each serde; Confluent's own name for it. */
    static final String VALUE_TYPE = "specific.avro.value.type";

    /** The generated class of keys, set for each serde; Confluent's own name for it. */
    static final String KEY_TYPE = "specific.avro.key.type";

    private final Map<String, Object> settings;

    /** @throws ConfigException {@code schema.registry.url} is missing or wrong, or a class can't be used; names the setting */
    public AvroSerdes(Map<String, ?> settings) {
        SchemaRegistry.at(registryUrl(settings));
        this.settings = new HashMap<>(settings);
        // What Confluent's classes need to know to read generated classes with decimals and instants.
        this.settings.putIfAbsent("specific.avro.reader", "true");
        this.settings.putIfAbsent("avro.use.logical.type.converters", "true");
        newSerializer();
        newDeserializer();
    }

    /** The project's own serdes over the registry at an address. */
    public static AvroSerdes at(String registryUrl) {
        return new AvroSerdes(Map.of(REGISTRY_URL, registryUrl));
    }

    public <T extends SpecificRecord> Serde<T> value(Class<T> type) {
        return serde(type, false);
    }

    public <T extends SpecificRecord> Serde<T> key(Class<T> type) {
        return serde(type, true);
    }

    private <T extends SpecificRecord> Serde<T> serde(Class<T> type, boolean isKey) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put(isKey ? KEY_TYPE : VALUE_TYPE, type);
        Serializer<T> serializer = newSerializer();
        Deserializer<T> deserializer = newDeserializer();
        serializer.configure(own, isKey);
        deserializer.configure(own, isKey);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    @SuppressWarnings("unchecked") // Whoever names a class says that it writes Avro records.
    private <T extends SpecificRecord> Serializer<T> newSerializer() {
        String name = className(SERIALIZER, AvroSerializer.class);
        return name.equals(AvroSerializer.class.getName())
                ? new AvroSerializer<>()
                : ForeignSerdes.serializer(instance(SERIALIZER, name, Serializer.class));
    }

    @SuppressWarnings("unchecked") // Whoever names a class says that it reads Avro records.
    private <T extends SpecificRecord> Deserializer<T> newDeserializer() {
        String name = className(DESERIALIZER, AvroDeserializer.class);
        return name.equals(AvroDeserializer.class.getName())
                ? new AvroDeserializer<>()
                : ForeignSerdes.deserializer(instance(DESERIALIZER, name, Deserializer.class));
    }

    private String className(String setting, Class<?> otherwise) {
        Object name = settings.get(setting);
        return name == null ? otherwise.getName() : name.toString();
    }

    private static <T> T instance(String setting, String name, Class<T> base) {
        try {
            return Utils.newInstance(name, base);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(setting, name, "there is no such class; is its jar on the class path?");
        } catch (ClassCastException | KafkaException | LinkageError e) {
            throw new ConfigException(
                    setting, name, "can't be used as a %s: %s".formatted(base.getSimpleName(), e.getMessage()));
        }
    }

    static String registryUrl(Map<String, ?> settings) {
        Object url = settings.get(REGISTRY_URL);
        if (url == null || url.toString().isBlank()) {
            throw new ConfigException(REGISTRY_URL, url, "the root of the registry's Confluent API is required");
        }
        return url.toString();
    }
}
