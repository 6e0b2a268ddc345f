package io.modelhub.aggregator.cluster;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;

/**
 * As of what a partition's totals were read.
 *
 * @param partition of {@code modelhub.usage}
 * @param offset every usage record of the partition that stands before it is in them, where it is at home; later ones may be
 * @param isCommitted whether nothing in them is still about to be committed
 */
public record Position(int partition, long offset, boolean isCommitted) {

    /** Of two reads of the same partition: what is in both. */
    public Position and(Position other) {
        return new Position(partition, Math.min(offset, other.offset), isCommitted && other.isCommitted);
    }

    void write(PackedWriter output) {
        output.writeUnsigned(partition);
        output.writeUnsigned(offset);
        output.writeByte(isCommitted ? 1 : 0);
    }

    static Position read(PackedReader input) {
        return new Position((int) input.readUnsigned(), input.readUnsigned(), input.readByte() == 1);
    }
}
