package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * How far a task has come in its partition of {@code modelhub.usage}, and whether that is committed. What is committed stands in the
 * store, for the next owner. Guarded by the lock of the {@link Ledger} that it tells of.
 */
public final class Progress {

    private static final byte[] KEY = {'o'};

    private final KeyValueStore<byte[], byte[]> store;
    private long offset;
    private long block = 1;
    private long storedOffset;
    private long storedBlock = 1;
    private long changes;
    private long begun;
    private long committed;

    Progress(KeyValueStore<byte[], byte[]> store) {
        this.store = store;
    }

    void recover() {
        byte[] left = store.get(KEY);
        if (left != null) {
            PackedReader input = new PackedReader(left);
            offset = input.readUnsigned();
            block = input.readUnsigned();
            storedOffset = offset;
            storedBlock = block;
        }
    }

    /** What {@link Mark#offset} was at the latest commit that is in a store. */
    static long storedOffset(ReadOnlyKeyValueStore<byte[], byte[]> store) {
        byte[] left = store.get(KEY);
        return left == null ? 0 : new PackedReader(left).readUnsigned();
    }

    /** The number of the next block of calls. */
    long block() {
        return block;
    }

    /** @param next offset of the usage record that comes after the one which was just read */
    public void read(long next) {
        offset = next;
        changes++;
    }

    /** Something else than a usage record has changed a total. */
    public void changed() {
        changes++;
    }

    /** @param nextBlock number of the next block of calls */
    void beforeCommit(long nextBlock) {
        block = nextBlock;
        if (offset != storedOffset || block != storedBlock) {
            PackedWriter value = new PackedWriter(18);
            value.writeUnsigned(offset);
            value.writeUnsigned(block);
            store.put(KEY, value.toBytes());
            storedOffset = offset;
            storedBlock = block;
        }
        begun = changes;
    }

    void committed() {
        committed = begun;
    }

    /**
     * A moment before a read.
     *
     * @param offset of the first usage record that isn't in the totals
     * @param committed how many changes were committed
     */
    public record Mark(long offset, long committed) {}

    Mark mark() {
        return new Mark(offset, committed);
    }

    /** Whether nothing that was read since is uncommitted. */
    boolean isCommittedSince(Mark before) {
        return changes == before.committed;
    }
}
