package io.modelhub.ingest.publish;

import io.modelhub.wire.RegistryUnavailableException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a record's text form; stands in for the serializer that needs a registry. */
public class FixedSerializer implements Serializer<Object> {

    @Override
    public byte[] serialize(String topic, Object record) {
        return record.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** As it is while the registry is away. */
    public static final class WithoutRegistry extends FixedSerializer {

        @Override
        public byte[] serialize(String topic, Object record) {
            throw new RegistryUnavailableException("away");
        }
    }
}
