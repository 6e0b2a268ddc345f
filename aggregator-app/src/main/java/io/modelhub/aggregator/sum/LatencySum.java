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

    /** The latencies, while there are no more than {@value #FEW}: the first so many, in no order. */
    private int[] few = NONE;

    private int fewCount;
    private boolean isSorted = true;

    /** All of them, once there are more. */
    private @Nullable LatencyBins bins;

    /** @param latencyMs not negative, less than 2^31 */
    public void add(long latencyMs) {
        if (bins == null && fewCount < FEW) {
            if (fewCount == few.length) {
                few = Arrays.copyOf(few, few.length == 0 ? 4 : few.length * 2);
            }
            few[fewCount++] = Math.toIntExact(latencyMs);
            isSorted = fewCount == 1;
        } else {
            binned(latencyMs, latencyMs).add(latencyMs);
        }
    }

    /** Adds the latency of a call that has one. */
    void add(Measures call) {
        if (bins == null || call.latencyMs == 0) {
            add(call.latencyMs);
        } else {
            bins.add(call.latencyMs, call.latencyBin());
        }
    }

    public void add(LatencySum other) {
        if (other.bins == null) {
            for (int i = 0; i < other.fewCount; i++) {
                add(other.few[i]);
            }
        } else {
            binned(other.bins.minMs(), other.bins.maxMs()).add(other.bins);
        }
    }

    /**
     * The bins, from now on.
     *
     * @param leastMs of what is to be added, as {@code mostMs}
     */
    private LatencyBins binned(long leastMs, long mostMs) {
        if (bins == null) {
            long least = leastMs;
            long most = mostMs;
            for (int i = 0; i < fewCount; i++) {
                least = Math.min(least, few[i]);
                most = Math.max(most, few[i]);
            }
            bins = new LatencyBins(least, most);
            for (int i = 0; i < fewCount; i++) {
                bins.add(few[i]);
            }
            few = NONE;
            fewCount = 0;
        }
        return bins;
    }

    public void encode(PackedWriter output) {
        if (bins != null) {
            bins.encode(output);
            return;
        }
        output.writeUnsigned(fewCount);
        for (int i = 0; i < fewCount; i++) {
            output.writeUnsigned(few[i]);
        }
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
        long sumMs = input.readUnsigned();
        long minMs = input.readUnsigned();
        long maxMs = input.readUnsigned();
        binned(minMs, maxMs).decodeAndAdd(otherCount, sumMs, minMs, maxMs, input);
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
        return bins == null ? fewCount : bins.count();
    }

    public long sumMs() {
        if (bins != null) {
            return bins.sumMs();
        }
        long sum = 0;
        for (int i = 0; i < fewCount; i++) {
            sum += few[i];
        }
        return sum;
    }

    /** Null where nothing was measured. */
    public @Nullable Long minMs() {
        if (count() == 0) {
            return null;
        }
        sort();
        return bins == null ? few[0] : bins.minMs();
    }

    /** Null where nothing was measured. */
    public @Nullable Long maxMs() {
        if (count() == 0) {
            return null;
        }
        sort();
        return bins == null ? few[fewCount - 1] : bins.maxMs();
    }

    /**
     * The middle of the bin that it is in, but not outside of what was measured.
     *
     * @param quantile 0 to 1. Empty where nothing was measured.
     */
    public OptionalDouble quantileMs(double quantile) {
        Long least = minMs();
        Long most = maxMs();
        if (least == null || most == null) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                least.equals(most) ? least : Math.max(least, Math.min(most, representative(quantile))));
    }

    private void sort() {
        if (!isSorted) {
            Arrays.sort(few, 0, fewCount);
            isSorted = true;
        }
    }

    private double representative(double quantile) {
        double rank = quantile * (count() - 1);
        if (bins != null) {
            return bins.atRank(rank);
        }
        sort();
        return LatencyBins.representative(few[(int) rank]);
    }

    /** The sketch in the encoding of DDSketch's library, its mapping included. Empty where nothing was measured. */
    public byte[] sketchBytes() {
        PackedWriter output = new PackedWriter(64);
        encodeSketch(output);
        return output.toBytes();
    }

    /** Writes what {@link #sketchBytes} gives. */
    public void encodeSketch(PackedWriter output) {
        if (count() == 0) {
            return;
        }
        if (bins != null) {
            bins.encodeSketch(output);
            return;
        }
        sort();
        LatencyBins.encodeSketch(few, fewCount, output);
    }
}
