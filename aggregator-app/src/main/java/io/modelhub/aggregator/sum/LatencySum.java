package io.modelhub.aggregator.sum;

import static com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper.decodeUnsignedVarLong;
import static com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper.encodeUnsignedVarLong;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.Input;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.io.IOException;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of some calls: count, sum, smallest, largest, and a DDSketch whose percentiles are within 1 % of the true
 * value. Changed in place; one thread at a time. Merging in any order gives the same percentiles (ADR 0006).
 */
public final class LatencySum {

    /** DDSketch guarantees that a percentile is within this share of the true value. */
    public static final double RELATIVE_ACCURACY = 0.01;

    private static final LogarithmicMapping MAPPING = new LogarithmicMapping(RELATIVE_ACCURACY);

    private long count;
    private long sumMs;
    private long minMs = Long.MAX_VALUE;
    private long maxMs;

    /** Null while nothing was measured: most small sums never need one. */
    private @Nullable DDSketch sketch;

    /** @param latencyMs not negative */
    public void add(long latencyMs) {
        count++;
        sumMs = Math.addExact(sumMs, latencyMs);
        minMs = Math.min(minMs, latencyMs);
        maxMs = Math.max(maxMs, latencyMs);
        sketch().accept(latencyMs);
    }

    public void add(LatencySum other) {
        if (other.count == 0) {
            return;
        }
        count += other.count;
        sumMs = Math.addExact(sumMs, other.sumMs);
        minMs = Math.min(minMs, other.minMs);
        maxMs = Math.max(maxMs, other.maxMs);
        sketch().mergeWith(other.sketch());
    }

    /** Writes to the end of what is to be decoded: the sketch has no end mark of its own. */
    public void encode(GrowingByteArrayOutput output) throws IOException {
        encodeUnsignedVarLong(output, count);
        if (count > 0) {
            encodeUnsignedVarLong(output, sumMs);
            encodeUnsignedVarLong(output, minMs);
            encodeUnsignedVarLong(output, maxMs);
            sketch().encode(output, true);
        }
    }

    /** Adds a sum that {@link #encode} wrote; reads the input to its end. */
    public void decodeAndAdd(Input input) throws IOException {
        long otherCount = decodeUnsignedVarLong(input);
        if (otherCount > 0) {
            count += otherCount;
            sumMs = Math.addExact(sumMs, decodeUnsignedVarLong(input));
            minMs = Math.min(minMs, decodeUnsignedVarLong(input));
            maxMs = Math.max(maxMs, decodeUnsignedVarLong(input));
            sketch().decodeAndMergeWith(input);
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
        return sketch == null || count == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sketch.getValueAtQuantile(quantile));
    }

    /** The sketch in its library's encoding, its mapping included. Empty where nothing was measured. */
    public byte[] sketchBytes() throws IOException {
        if (sketch == null) {
            return new byte[0];
        }
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sketch.encode(output, false);
        return output.trimmedCopy();
    }

    private DDSketch sketch() {
        if (sketch == null) {
            sketch = new DDSketch(MAPPING, UnboundedSizeDenseStore::new);
        }
        return sketch;
    }
}
