package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What a partition sends on to another, through the internal topic: a usage record whose canonical key is at home there, or
 * priced calls for subjects that are. The record's key is the partition; its timestamp the append time of the usage.
 */
final class Stray {

    private static final byte EVENT = 'e';
    private static final byte CALLS = 'c';

    /**
     * A usage record that stands in another partition than its canonical key's. It was accepted there.
     *
     * @param appendTime epoch milliseconds
     * @param partition where it stands
     * @param value as it stands there
     */
    record Event(long appendTime, int partition, long offset, byte[] value) {}

    private Stray() {}

    static byte[] key(int partition) {
        return new byte[] {(byte) partition};
    }

    /** Goes to the partition that the key names. */
    static Optional<Set<Integer>> partition(String topic, byte[] key, byte[] value, int partitions) {
        return Optional.of(Set.of((int) key[0]));
    }

    static byte[] event(byte[] value, long appendTime, int partition, long offset) {
        PackedWriter output = new PackedWriter(value.length + 24);
        output.writeByte(EVENT);
        output.writeFixed(appendTime);
        output.writeUnsigned(partition);
        output.writeUnsigned(offset);
        output.writeBytes(value);
        return output.toBytes();
    }

    static byte[] calls(byte[] block) {
        PackedWriter output = new PackedWriter(block.length + 1);
        output.writeByte(CALLS);
        output.writeBytes(block);
        return output.toBytes();
    }

    static boolean isEvent(byte[] stray) {
        return stray[0] == EVENT;
    }

    static Event readEvent(byte[] stray) {
        PackedReader input = new PackedReader(stray);
        input.readByte();
        return new Event(
                input.readFixed(),
                (int) input.readUnsigned(),
                input.readUnsigned(),
                Arrays.copyOfRange(stray, input.position(), stray.length));
    }

    static byte[] readCalls(byte[] stray) {
        return Arrays.copyOfRange(stray, 1, stray.length);
    }
}
