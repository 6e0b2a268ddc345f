package io.modelhub.catalog.outbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: the record with its schema's fingerprint. It needs no schema registry, so a write commits
 * while the registry is away, and bytes of a schema that this release doesn't know are refused instead of misread.
 */
final class StoredAvro {

    /** An encoder computes its schema's fingerprint when it is made, and serves all threads. */
    private static final Map<Schema, BinaryMessageEncoder<SpecificRecord>> ENCODERS = new ConcurrentHashMap<>();

    private StoredAvro() {}

    static byte[] bytes(SpecificRecord record) {
        try {
            ByteBuffer buffer = ENCODERS.computeIfAbsent(
                            record.getSchema(),
                            schema -> new BinaryMessageEncoder<>(SpecificData.getForClass(record.getClass()), schema))
                    .encode(record);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <V extends SpecificRecord> BinaryMessageDecoder<V> decoder(Class<V> type) {
        SpecificData model = SpecificData.getForClass(type);
        return new BinaryMessageDecoder<>(model, model.getSchema(type));
    }
}
