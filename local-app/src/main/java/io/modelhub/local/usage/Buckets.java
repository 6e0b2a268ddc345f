package io.modelhub.local.usage;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records in files, put apart by a hash, so that all that belongs together is in one file and only one file's records need to
 * be in memory at a time. Each file keeps the order in which records came. Written first, then read; one thread at a time.
 */
public final class Buckets<T extends SpecificRecord> implements Closeable {

    private final SpecificDatumWriter<T> writer;
    private final SpecificDatumReader<T> reader;
    private final List<Path> files = new ArrayList<>();
    private final List<@Nullable Bucket> open = new ArrayList<>();

    /** @param folder to make the files in; whoever made it deletes it */
    public Buckets(Class<T> type, Path folder, String name, int count) {
        Schema schema = SpecificData.get().getSchema(type);
        SpecificData model = SpecificData.getForClass(type);
        this.writer = new SpecificDatumWriter<>(schema, model);
        this.reader = new SpecificDatumReader<>(schema, schema, model);
        for (int i = 0; i < count; i++) {
            files.add(folder.resolve(name + "." + i));
            open.add(null);
        }
    }

    /** @param together records with an equal one come into the same bucket */
    public void add(Object together, Placed<T> record) {
        int bucket = Math.floorMod(spread(together.hashCode()), files.size());
        try {
            Bucket file = open.get(bucket);
            if (file == null) {
                file = new Bucket(new BufferedOutputStream(Files.newOutputStream(files.get(bucket))));
                open.set(bucket, file);
            }
            BinaryEncoder encoder = file.encoder;
            encoder.writeString(record.key());
            encoder.writeInt(record.partition());
            encoder.writeLong(record.offset());
            encoder.writeLong(record.appendTime().toEpochMilli());
            encoder.writeBoolean(record.value() != null);
            if (record.value() != null) {
                writer.write(record.value(), encoder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary file can't be written", e);
        }
    }

    /** The hash of a text varies little in its low bits where the texts differ little. */
    private static int spread(int hash) {
        return hash * 0x9E3779B9 >>> 8;
    }

    public int count() {
        return files.size();
    }

    /** Nothing more will be added; gives the files back that writing needs. */
    @Override
    public void close() {
        for (int i = 0; i < open.size(); i++) {
            Bucket file = open.set(i, null);
            if (file != null) {
                file.close();
            }
        }
    }

    /** The records of one bucket, in the order in which they came. */
    public void read(int bucket, Consumer<Placed<T>> records) {
        Path file = files.get(bucket);
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream input = Files.newInputStream(file)) {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(input, null);
            while (!decoder.isEnd()) {
                records.accept(new Placed<>(
                        decoder.readString(),
                        decoder.readInt(),
                        decoder.readLong(),
                        Instant.ofEpochMilli(decoder.readLong()),
                        decoder.readBoolean() ? reader.read(null, decoder) : null));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary file can't be read", e);
        }
    }

    /** The values of one bucket that stand, by key: the latest, and none where that is a tombstone. A key stays in its partition. */
    public Map<String, T> latest(int bucket) {
        Map<String, T> latest = new HashMap<>();
        read(bucket, record -> {
            if (record.value() == null) {
                latest.remove(record.key());
            } else {
                latest.put(record.key(), record.value());
            }
        });
        return latest;
    }

    /** A file that is being written. */
    private static final class Bucket {
        private final OutputStream output;
        private final BinaryEncoder encoder;

        Bucket(OutputStream output) {
            this.output = output;
            this.encoder = EncoderFactory.get().directBinaryEncoder(output, null);
        }

        void close() {
            try {
                encoder.flush();
                output.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a temporary file can't be written", e);
            }
        }
    }
}
