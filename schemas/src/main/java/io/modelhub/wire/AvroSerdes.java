package io.modelhub.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the serdes of the platform's Avro types. Which classes write and read is a setting: by default the project's own;
 * with the Maven profile {@code confluent}, {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and its counterpart.
 * The bytes are the same.
 *
 * <p>All settings go to these classes: {@code schema.registry.url} is required.
 */
public final class AvroSerdes {

    /** The root of the registry's Confluent API; Confluent's own name for it. */
    public static final String REGISTRY_URL = "schema.registry.url";

    /** Whether a serializer registers a schema that the registry doesn't have yet; Confluent's own name for it. */
    public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";

    /** Class name of the serializer. */
    public static final String SERIALIZER = "modelhub.avro.serializer";

    /** Class name of the deserializer. */
    public static final String DESERIALIZER = "modelhub.avro.deserializer";

    private final Map<String, Object> settings;

    /** @throws ConfigException {@code schema.registry.url} is missing */
    public AvroSerdes(Map<String, ?> settings) {
        registryUrl(settings);
        this.settings = new HashMap<>(settings);
        // What Confluent's classes need to know to read and write generated classes with decimals and instants.
        this.settings.putIfAbsent("specific.avro.reader", "true");
        this.settings.putIfAbsent("avro.use.logical.type.converters", "true");
    }

    /** The project's own serdes over the registry at an address. */
    public static AvroSerdes at(String registryUrl) {
        return new AvroSerdes(Map.of(REGISTRY_URL, registryUrl));
    }

    public <T extends SpecificRecord> Serde<T> value(Class<T> type) {
        return serde(false);
    }

    public <T extends SpecificRecord> Serde<T> key(Class<T> type) {
        return serde(true);
    }

    @SuppressWarnings("unchecked") // The class is named by its user; its records are of the type that the topic holds.
    private <T extends SpecificRecord> Serde<T> serde(boolean isKey) {
        Serializer<T> serializer = instance(SERIALIZER, AvroSerializer.class.getName(), Serializer.class);
        Deserializer<T> deserializer = instance(DESERIALIZER, AvroDeserializer.class.getName(), Deserializer.class);
        serializer.configure(settings, isKey);
        deserializer.configure(settings, isKey);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private <T> T instance(String setting, String otherwise, Class<T> base) {
        String name = String.valueOf(settings.getOrDefault(setting, otherwise));
        try {
            return Utils.newInstance(name, base);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(setting, name, "there is no such class; is its jar on the class path?");
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
