package io.modelhub.aggregator.cluster;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.OptionalLong;

/**
 * As of what a partition's totals were read.
 *
 * @param partition of {@code modelhub.usage}
 * @param offset every usage record of the partition that stands before it is in them, where it is at home; later ones may be
 * @param isCommitted whether nothing in them is still about to be committed
 * @param standbyLag by how many offsets of its changelog, at most, the standby copy was behind that they were read from; empty where their
 *     owner was read
 */
public record Position(int partition, long offset, boolean isCommitted, OptionalLong standbyLag) {

    private static final int COMMITTED = 1;
    private static final int STANDBY = 2;

    static Position ofOwner(int partition, long offset, boolean isCommitted) {
        return new Position(partition, offset, isCommitted, OptionalLong.empty());
    }

    /** A copy has only what was committed. */
    static Position ofStandby(int partition, long offset, long lag) {
        return new Position(partition, offset, true, OptionalLong.of(lag));
    }

    /** Of two reads of the same partition: what is in both. */
    public Position and(Position other) {
        OptionalLong lag = standbyLag.isPresent() && other.standbyLag.isPresent()
                ? OptionalLong.of(Math.max(standbyLag.getAsLong(), other.standbyLag.getAsLong()))
                : standbyLag.isPresent() ? standbyLag : other.standbyLag;
        return new Position(partition, Math.min(offset, other.offset), isCommitted && other.isCommitted, lag);
    }

    void write(PackedWriter output) {
        output.writeUnsigned(partition);
        output.writeUnsigned(offset);
        output.writeByte((isCommitted ? COMMITTED : 0) | (standbyLag.isPresent() ? STANDBY : 0));
        standbyLag.ifPresent(output::writeUnsigned);
    }

    static Position read(PackedReader input) {
        int partition = (int) input.readUnsigned();
        long offset = input.readUnsigned();
        int flags = input.readByte();
        return new Position(
                partition,
                offset,
                (flags & COMMITTED) != 0,
                (flags & STANDBY) != 0 ? OptionalLong.of(input.readUnsigned()) : OptionalLong.empty());
    }
}
