package io.modelhub.catalog.outbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records in the database. They need no schema registry, so a write commits while the registry is away. What is on its way to a
 * topic is in Avro's single-object encoding, the record with its schema's fingerprint: bytes of a schema that this release
 * doesn't know are refused instead of misread.
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

    /** An object container file: the record with its whole schema, for what is kept from release to release. */
    static byte[] file(SpecificRecord record) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        SpecificDatumWriter<SpecificRecord> datum =
                new SpecificDatumWriter<>(record.getSchema(), SpecificData.getForClass(record.getClass()));
        try (DataFileWriter<SpecificRecord> writer = new DataFileWriter<>(datum)) {
            writer.create(record.getSchema(), file);
            writer.append(record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    /** The record of such a file, as this release knows its type. */
    static <V extends SpecificRecord> V ofFile(byte[] file, Class<V> type) {
        try (DataFileStream<V> records =
                new DataFileStream<>(new ByteArrayInputStream(file), new SpecificDatumReader<>(type))) {
            return records.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <V extends SpecificRecord> BinaryMessageDecoder<V> decoder(Class<V> type) {
        SpecificData model = SpecificData.getForClass(type);
        return new BinaryMessageDecoder<>(model, model.getSchema(type));
    }
}
