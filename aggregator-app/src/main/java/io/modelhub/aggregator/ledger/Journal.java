package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * A sequence of packed values in the state store, by running number: written as they come, read again by the next owner of the
 * task, dropped from the oldest on.
 */
public final class Journal {

    /** Well below the 1 MiB that a broker takes for a record. */
    private static final int LONGEST_PACKED = 256 * 1024;

    private final KeyValueStore<byte[], byte[]> store;
    private final byte prefix;
    private long first;
    private long next;

    /** @param prefix of its keys in the store, which no other use of the store has */
    public Journal(KeyValueStore<byte[], byte[]> store, char prefix) {
        this.store = store;
        this.prefix = (byte) prefix;
    }

    /** Takes up what an earlier owner of the task left. */
    public void recover(Entries visitor) {
        first = 1;
        next = 1;
        read(store, (char) prefix, (number, value) -> {
            if (next == 1) {
                first = number;
            }
            next = number + 1;
            visitor.visit(number, value);
        });
    }

    /** Reads what is kept, all of the same moment. */
    static void read(ReadOnlyKeyValueStore<byte[], byte[]> store, char prefix, Entries visitor) {
        try (KeyValueIterator<byte[], byte[]> kept =
                store.range(key((byte) prefix, 0), key((byte) prefix, Long.MAX_VALUE))) {
            while (kept.hasNext()) {
                KeyValue<byte[], byte[]> entry = kept.next();
                visitor.visit(number(entry.key), entry.value);
            }
        }
    }

    /** The next value gets this number at least: one that was given is never given again, also where all values were dropped. */
    public void resume(long number) {
        if (number > next) {
            first = number;
            next = number;
        }
    }

    /** Gets the entries in their order. */
    @FunctionalInterface
    public interface Entries {
        void visit(long number, byte[] value);
    }

    /** @return its number */
    public long append(byte[] value) {
        store.put(key(next), value);
        return next++;
    }

    /**
     * Appends values that are short, packed: as many to one of its own as a broker takes.
     *
     * @param writer appends one of them
     */
    public <T> void appendPacked(Iterable<T> values, BiConsumer<T, PackedWriter> writer) {
        PackedWriter output = new PackedWriter(1024);
        for (T value : values) {
            writer.accept(value, output);
            if (output.length() > LONGEST_PACKED) {
                append(output.toBytes());
                output.clear();
            }
        }
        if (output.length() > 0) {
            append(output.toBytes());
        }
    }

    /** Puts another value in the place of one that is kept. */
    public void replace(long number, byte[] value) {
        store.put(key(number), value);
    }

    /** The number that the next value will have. */
    public long next() {
        return next;
    }

    /** The number of the oldest value that is kept. */
    public long first() {
        return first;
    }

    /** @throws IllegalStateException it is not kept */
    public byte[] get(long number) {
        byte[] value = store.get(key(number));
        if (value == null) {
            throw new IllegalStateException("the journal %c lacks entry %d".formatted((char) prefix, number));
        }
        return value;
    }

    /** Drops the oldest value. */
    public void dropFirst() {
        store.delete(key(first));
        first++;
    }

    /** Drops all values. */
    public void dropAll() {
        while (first < next) {
            dropFirst();
        }
    }

    private byte[] key(long number) {
        return key(prefix, number);
    }

    private static byte[] key(byte prefix, long number) {
        PackedWriter key = new PackedWriter(9);
        key.writeByte(prefix);
        key.writeFixed(number);
        return key.toBytes();
    }

    private static long number(byte[] key) {
        return new PackedReader(key, 1, key.length).readFixed();
    }
}
