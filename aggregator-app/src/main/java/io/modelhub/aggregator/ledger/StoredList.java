package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.PackedReader;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;

/** A list of short values in the state store, packed: replaced as a whole, read again by the next owner of the task. */
public final class StoredList {

    private final Journal journal;

    /** @param prefix of its keys in the store, which no other use of the store has */
    public StoredList(KeyValueStore<byte[], byte[]> store, char prefix) {
        this.journal = new Journal(store, prefix);
    }

    /** Hands out what an earlier owner of the task left. */
    public void recover(Consumer<byte[]> visitor) {
        journal.recover((number, packed) -> {
            PackedReader input = new PackedReader(packed);
            while (input.hasMore()) {
                visitor.accept(input.readBytes((int) input.readUnsigned()));
            }
        });
    }

    /** Has these values from now on, and no other. */
    public void replace(Iterable<byte[]> values) {
        journal.dropAll();
        journal.appendPacked(values, (value, output) -> {
            output.writeUnsigned(value.length);
            output.writeBytes(value);
        });
    }
}
