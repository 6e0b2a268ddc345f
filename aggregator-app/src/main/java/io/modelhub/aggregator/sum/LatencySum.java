package io.modelhub.aggregator.sum;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of some calls: count, sum, smallest, largest, and a DDSketch whose percentiles are within 1 % of the true
 * value. Changed in place; one thread at a time. Merging in any order gives the same percentiles (ADR 0006).
 *
 * <p>Most windows hold a few calls. Up to {@value #FEW} latencies are kept as they are, which takes a tenth of a sketch's room;
 * their percentiles and their published sketch are those that a sketch of them would give.
 */
public final class LatencySum {

    /** DDSketch guarantees that a percentile is within this share of the true value. */
    public static final double RELATIVE_ACCURACY = 0.01;

    private static final int FEW = 32;

    private static final int[] NONE = {};

    private long count;
    private long sumMs;
    private long minMs = Long.MAX_VALUE;
    private long maxMs;

    /** The latencies, while there are no more than {@value #FEW}; in no order, the first {@code count} count. */
    private int[] few = NONE;

    private boolean isSorted = true;

    /** All of them, once there are more. */
    private @Nullable LatencyBins bins;

    /** @param latencyMs not negative, less than 2^31 */
    public void add(long latencyMs) {
        sumMs = Math.addExact(sumMs, latencyMs);
        minMs = Math.min(minMs, latencyMs);
        maxMs = Math.max(maxMs, latencyMs);
        keep(latencyMs);
    }

    /** Adds the latency of a call that has one. */
    void add(Measures call) {
        if (bins == null) {
            add(call.latencyMs);
            return;
        }
        sumMs = Math.addExact(sumMs, call.latencyMs);
        minMs = Math.min(minMs, call.latencyMs);
        maxMs = Math.max(maxMs, call.latencyMs);
        if (call.latencyMs == 0) {
            bins.add(0);
        } else {
            bins.add(call.latencyBin(), 1);
        }
        count++;
    }

    private void keep(long latencyMs) {
        if (bins == null && count < FEW) {
            if (count == few.length) {
                few = Arrays.copyOf(few, few.length == 0 ? 4 : few.length * 2);
            }
            few[(int) count] = Math.toIntExact(latencyMs);
            isSorted = count == 0;
        } else {
            binned().add(latencyMs);
        }
        count++;
    }

    public void add(LatencySum other) {
        if (other.count == 0) {
            return;
        }
        sumMs = Math.addExact(sumMs, other.sumMs);
        minMs = Math.min(minMs, other.minMs);
        maxMs = Math.max(maxMs, other.maxMs);
        if (other.bins == null) {
            for (int i = 0; i < other.count; i++) {
                keep(other.few[i]);
            }
        } else {
            binned().add(other.bins);
            count += other.count;
        }
    }

    /** The bins, from now on. */
    private LatencyBins binned() {
        if (bins == null) {
            bins = new LatencyBins(minMs, maxMs);
            for (int i = 0; i < count; i++) {
                bins.add(few[i]);
            }
            few = NONE;
        }
        return bins;
    }

    public void encode(PackedWriter output) {
        output.writeUnsigned(count);
        if (bins == null) {
            for (int i = 0; i < count; i++) {
                output.writeUnsigned(few[i]);
            }
            return;
        }
        output.writeUnsigned(sumMs);
        output.writeUnsigned(minMs);
        output.writeUnsigned(maxMs);
        bins.encode(output);
    }

    /** Writes what {@link #encode} writes of no latencies. */
    static void encodeNone(PackedWriter output) {
        output.writeUnsigned(0);
    }

    /** Writes what {@link #encode} writes of one latency. */
    static void encodeOne(long latencyMs, PackedWriter output) {
        output.writeUnsigned(1);
        output.writeUnsigned(latencyMs);
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input) {
        decodeAndAdd(input.readUnsigned(), input);
    }

    /** @param otherCount with which a sum that {@link #encode} wrote begins; it was read already */
    void decodeAndAdd(long otherCount, PackedReader input) {
        if (otherCount <= FEW) {
            for (int i = 0; i < otherCount; i++) {
                add(input.readUnsigned());
            }
            return;
        }
        sumMs = Math.addExact(sumMs, input.readUnsigned());
        minMs = Math.min(minMs, input.readUnsigned());
        maxMs = Math.max(maxMs, input.readUnsigned());
        LatencyBins all = binned();
        count += otherCount;
        all.decodeAndAdd(input);
    }

    /** Passes over what {@link #encode} wrote. */
    static void skip(PackedReader input) {
        long count = input.readUnsigned();
        if (count <= FEW) {
            input.skipNumbers(count);
        } else {
            input.skipNumbers(3);
            LatencyBins.skip(input);
        }
    }

    /** Calls with a measured latency. */
    public long count() {
        return count;
    }

    public long sumMs() {
        return sumMs;
    }

    /** Null where nothing was measured. */
    public @Nullable Long minMs() {
        return count == 0 ? null : minMs;
    }

    /** Null where nothing was measured. */
    public @Nullable Long maxMs() {
        return count == 0 ? null : maxMs;
    }

    /**
     * The middle of the bin that it is in, but not outside of what was measured.
     *
     * @param quantile 0 to 1. Empty where nothing was measured.
     */
    public OptionalDouble quantileMs(double quantile) {
        if (count == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(minMs == maxMs ? minMs : Math.max(minMs, Math.min(maxMs, binned(quantile))));
    }

    private void sort() {
        if (!isSorted) {
            Arrays.sort(few, 0, (int) count);
            isSorted = true;
        }
    }

    private double binned(double quantile) {
        if (bins != null) {
            return bins.atRank(quantile * (count - 1));
        }
        sort();
        return LatencyBins.representative(few[(int) (quantile * (count - 1))]);
    }

    /** The sketch in the encoding of DDSketch's library, its mapping included. Empty where nothing was measured. */
    public byte[] sketchBytes() {
        PackedWriter output = new PackedWriter(64);
        encodeSketch(output);
        return output.toBytes();
    }

    /** Writes what {@link #sketchBytes} gives. */
    public void encodeSketch(PackedWriter output) {
        if (count == 0) {
            return;
        }
        if (bins != null) {
            bins.encodeSketch(output);
            return;
        }
        sort();
        LatencyBins.encodeSketch(few, (int) count, output);
    }
}
