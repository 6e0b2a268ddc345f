package io.modelhub.wire;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Confluent's own serializer classes, version 5.3.4, as Maven Central holds them inside a bundle of another project. The loader
 * asks the class path first, so that of the bundle's thousands of classes only those are taken that nothing else has: the
 * {@code io.confluent} ones, over this build's Avro and Kafka clients.
 */
final class ConfluentClasses extends URLClassLoader {

    static final String SERIALIZER = "io.confluent.kafka.serializers.KafkaAvroSerializer";
    static final String DESERIALIZER = "io.confluent.kafka.serializers.KafkaAvroDeserializer";

    private static final Path BUNDLE = Path.of("target", "confluent", "hudi-utilities-bundle_2.11.jar");

    private ConfluentClasses(URL bundle) {
        super("confluent", new URL[] {bundle}, ConfluentClasses.class.getClassLoader());
    }

    static ConfluentClasses load() throws MalformedURLException, ReflectiveOperationException {
        if (!Files.isRegularFile(BUNDLE)) {
            throw new IllegalStateException(
                    BUNDLE.toAbsolutePath() + " is missing; mvn verify copies it before the integration tests");
        }
        ConfluentClasses classes = new ConfluentClasses(BUNDLE.toUri().toURL());
        classes.allowNewerRegistries();
        return classes;
    }

    /**
     * The client of 5.3.4 stops at a field that it doesn't know, and registries have added {@code schemaType} since then. Later
     * clients pass over such fields; this one is made to.
     */
    private void allowNewerRegistries() throws ReflectiveOperationException {
        Field reader = loadClass("io.confluent.kafka.schemaregistry.client.rest.RestService")
                .getDeclaredField("jsonDeserializer");
        reader.setAccessible(true);
        ((ObjectMapper) reader.get(null)).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    }

    /** A new object of a Confluent class. */
    <T> T newInstance(String name, Class<T> type) throws ReflectiveOperationException {
        return type.cast(loadClass(name).getConstructor().newInstance());
    }
}
