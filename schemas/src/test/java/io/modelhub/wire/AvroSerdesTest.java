package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.schema.ModelMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class AvroSerdesTest {

    private static final String URL = "http://127.0.0.1:8085/apis/ccompat/v7";

    @Test
    void requiresTheRegistry() {
        assertThatThrownBy(() -> new AvroSerdes(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
        for (String url : new String[] {"localhost:8085", "http://", "http://a,http://b", "ftp://a/b", "http://a b"}) {
            assertThatThrownBy(() -> AvroSerdes.at(url))
                    .as(url)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("schema.registry.url");
        }
    }

    @Test
    void takesAnotherClassByItsNameAndGivesItAllSettings() {
        Serde<ModelMetrics> serde = new AvroSerdes(
                        Map.of(AvroSerdes.REGISTRY_URL, URL, AvroSerdes.SERIALIZER, SettingsSerializer.class.getName()))
                .value(ModelMetrics.class);

        assertThat(new String(serde.serializer().serialize("t", Samples.bareUsage()), StandardCharsets.UTF_8))
                .isEqualTo("http://127.0.0.1:8085/apis/ccompat/v7 true true class io.modelhub.schema.ModelMetrics");
        assertThat(serde.deserializer()).isInstanceOf(AvroDeserializer.class);
    }

    @Test
    void namesTheSettingOfAClassThatCanNotBeUsed() {
        assertThatThrownBy(() -> settings(AvroSerdes.SERIALIZER, "com.example.Missing"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value com.example.Missing for configuration modelhub.schema-registry.serializer:"
                        + " there is no such class; is its jar on the class path?");
        assertThatThrownBy(() -> settings(AvroSerdes.DESERIALIZER, "java.lang.String"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("modelhub.schema-registry.deserializer")
                .hasMessageContaining("can't be used as a Deserializer");
        assertThatThrownBy(() -> settings(AvroSerdes.SERIALIZER, Secretive.class.getName()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("modelhub.schema-registry.serializer");
    }

    private static AvroSerdes settings(String setting, String name) {
        return new AvroSerdes(Map.of(AvroSerdes.REGISTRY_URL, URL, setting, name));
    }

    /** Writes what it was configured with. */
    public static final class SettingsSerializer implements Serializer<ModelMetrics> {

        private String settings = "";

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            settings = "%s %s %s %s"
                    .formatted(
                            configs.get("schema.registry.url"),
                            configs.get("specific.avro.reader"),
                            configs.get("avro.use.logical.type.converters"),
                            configs.get("specific.avro.value.type"));
        }

        @Override
        public byte[] serialize(String topic, ModelMetrics record) {
            return settings.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Can't be made without an argument. */
    public static final class Secretive implements Serializer<ModelMetrics> {

        private final byte[] bytes;

        public Secretive(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public byte[] serialize(String topic, ModelMetrics record) {
            return bytes.clone();
        }
    }
}
