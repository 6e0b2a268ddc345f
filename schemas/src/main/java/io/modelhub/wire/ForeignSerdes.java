package io.modelhub.wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Other projects' Avro serdes, made to fail as ours do. Confluent's throw a {@link SerializationException} for a bad record and
 * for a registry that is away alike; taken at its word, an outage would set good records aside.
 */
final class ForeignSerdes {

    /** How Confluent's client ends the message of an answer of the registry. */
    private static final Pattern ERROR_CODE = Pattern.compile("error code: (\\d{1,9})");

    private ForeignSerdes() {}

    static <T> Serializer<T> serializer(Serializer<T> foreign) {
        return new ForeignSerializer<>(foreign);
    }

    static <T> Deserializer<T> deserializer(Deserializer<T> foreign) {
        return new ForeignDeserializer<>(foreign);
    }

    /** Whether a failure says nothing about the record: the registry did not answer, or answered with trouble of its own. */
    private static boolean isOutage(KafkaException failure) {
        if (failure instanceof RetriableException) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && !(cause instanceof EOFException)) {
                Matcher code = ERROR_CODE.matcher(String.valueOf(cause.getMessage()));
                return !(code.find() && RegistryErrors.isDecision(Integer.parseInt(code.group(1))));
            }
        }
        return false;
    }

    private static RegistryUnavailableException outage(KafkaException failure) {
        return new RegistryUnavailableException("no answer from the schema registry: " + failure.getMessage(), failure);
    }

    private record ForeignSerializer<T>(Serializer<T> foreign) implements Serializer<T> {

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            foreign.configure(configs, isKey);
        }

        @Override
        public byte @Nullable [] serialize(String topic, @Nullable T record) {
            try {
                return foreign.serialize(topic, record);
            } catch (RetriableException | SerializationException e) {
                throw isOutage(e) ? outage(e) : e;
            }
        }

        @Override
        public void close() {
            foreign.close();
        }
    }

    private record ForeignDeserializer<T>(Deserializer<T> foreign) implements Deserializer<T> {

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            foreign.configure(configs, isKey);
        }

        @Override
        public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
            try {
                return foreign.deserialize(topic, bytes);
            } catch (RetriableException | SerializationException e) {
                if (isOutage(e)) {
                    throw outage(e);
                }
                throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public void close() {
            foreign.close();
        }
    }
}
