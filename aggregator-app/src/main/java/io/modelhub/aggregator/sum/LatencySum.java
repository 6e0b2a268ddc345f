package io.modelhub.aggregator.sum;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.BinEncodingMode;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.Flag;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    private static final int FEW = 16;

    private static final LogarithmicMapping MAPPING = new LogarithmicMapping(RELATIVE_ACCURACY);
    private static final byte[] ENCODED_MAPPING = encodedMapping();
    private static final long[] NONE = {};

    private long count;
    private long sumMs;
    private long minMs = Long.MAX_VALUE;
    private long maxMs;

    /** The latencies, while there are no more than {@value #FEW}; in no order, the first {@code count} count. */
    private long[] few = NONE;

    /** All of them, once there are more. */
    private @Nullable DDSketch sketch;

    /** @param latencyMs not negative */
    public void add(long latencyMs) {
        sumMs = Math.addExact(sumMs, latencyMs);
        minMs = Math.min(minMs, latencyMs);
        maxMs = Math.max(maxMs, latencyMs);
        keep(latencyMs);
    }

    private void keep(long latencyMs) {
        if (sketch == null && count < FEW) {
            if (count == few.length) {
                few = Arrays.copyOf(few, few.length == 0 ? 1 : Math.min(FEW, few.length * 2));
            }
            few[(int) count] = latencyMs;
        } else {
            sketched().accept(latencyMs);
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
        if (other.sketch == null) {
            for (int i = 0; i < other.count; i++) {
                keep(other.few[i]);
            }
        } else {
            sketched().mergeWith(other.sketch);
            count += other.count;
        }
    }

    /** The sketch, from now on. */
    private DDSketch sketched() {
        if (sketch == null) {
            sketch = new DDSketch(MAPPING, UnboundedSizeDenseStore::new);
            for (int i = 0; i < count; i++) {
                sketch.accept(few[i]);
            }
            few = NONE;
        }
        return sketch;
    }

    public void encode(PackedWriter output) {
        output.writeUnsigned(count);
        if (sketch == null) {
            for (int i = 0; i < count; i++) {
                output.writeUnsigned(few[i]);
            }
            return;
        }
        output.writeUnsigned(sumMs);
        output.writeUnsigned(minMs);
        output.writeUnsigned(maxMs);
        byte[] bins = bins(sketch);
        output.writeUnsigned(bins.length);
        output.writeBytes(bins);
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input) {
        long otherCount = input.readUnsigned();
        if (otherCount <= FEW) {
            for (int i = 0; i < otherCount; i++) {
                add(input.readUnsigned());
            }
            return;
        }
        DDSketch whole = sketched();
        count += otherCount;
        sumMs = Math.addExact(sumMs, input.readUnsigned());
        minMs = Math.min(minMs, input.readUnsigned());
        maxMs = Math.max(maxMs, input.readUnsigned());
        byte[] bins = input.readBytes((int) input.readUnsigned());
        try {
            whole.decodeAndMergeWith(ByteArrayInput.wrap(bins));
        } catch (IOException e) {
            throw new UncheckedIOException("a stored sketch can't be read", e);
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

    /** @param quantile 0 to 1. Empty where nothing was measured. */
    public OptionalDouble quantileMs(double quantile) {
        if (count == 0) {
            return OptionalDouble.empty();
        }
        if (sketch != null) {
            return OptionalDouble.of(sketch.getValueAtQuantile(quantile));
        }
        Arrays.sort(few, 0, (int) count);
        return OptionalDouble.of(representative(few[(int) (quantile * (count - 1))]));
    }

    /** What a sketch gives for a latency. */
    private static double representative(long latencyMs) {
        return latencyMs == 0 ? 0 : MAPPING.value(MAPPING.index(latencyMs));
    }

    /** The sketch in its library's encoding, its mapping included. Empty where nothing was measured. */
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
        output.writeBytes(ENCODED_MAPPING);
        if (sketch != null) {
            output.writeBytes(bins(sketch));
            return;
        }
        Arrays.sort(few, 0, (int) count);
        int zeros = 0;
        while (zeros < count && few[zeros] == 0) {
            zeros++;
        }
        try {
            GrowingByteArrayOutput bins = GrowingByteArrayOutput.withInitialCapacity(64);
            if (zeros > 0) {
                Flag.ZERO_COUNT.encode(bins);
                VarEncodingHelper.encodeVarDouble(bins, zeros);
            }
            if (zeros < count) {
                BinEncodingMode.INDEX_DELTAS.toFlag(Flag.Type.POSITIVE_STORE).encode(bins);
                VarEncodingHelper.encodeUnsignedVarLong(bins, count - zeros);
                long previous = 0;
                for (int i = zeros; i < count; i++) {
                    long index = MAPPING.index(few[i]);
                    VarEncodingHelper.encodeSignedVarLong(bins, index - previous);
                    previous = index;
                }
            }
            output.writeBytes(bins.backingArray(), 0, bins.numWrittenBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a sketch can't be written to memory", e);
        }
    }

    private static byte[] bins(DDSketch sketch) {
        try {
            GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
            sketch.encode(output, true);
            return output.trimmedCopy();
        } catch (IOException e) {
            throw new UncheckedIOException("a sketch can't be written to memory", e);
        }
    }

    private static byte[] encodedMapping() {
        try {
            GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
            MAPPING.encode(output);
            return output.trimmedCopy();
        } catch (IOException e) {
            throw new UncheckedIOException("a mapping can't be written to memory", e);
        }
    }
}
