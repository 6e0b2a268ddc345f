package io.modelhub.aggregator.sum;

import com.datadoghq.sketch.ddsketch.encoding.BinEncodingMode;
import com.datadoghq.sketch.ddsketch.encoding.Flag;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The bins of a DDSketch of latencies, and in its encoding, with whole counts: a fourth of the library's room, and a count is an
 * addition in an array. A bin that would pass 2^31 calls throws an {@link ArithmeticException}.
 */
final class LatencyBins {

    /** Room that is made beyond a new bin, so that it is seldom made. */
    private static final int SLACK = 16;

    private static final LogarithmicMapping MAPPING = new LogarithmicMapping(LatencySum.RELATIVE_ACCURACY);
    private static final byte[] ENCODED_MAPPING = encodedMapping();

    private static final Flag BINS_WITH_COUNTS =
            BinEncodingMode.INDEX_DELTAS_AND_COUNTS.toFlag(Flag.Type.POSITIVE_STORE);
    private static final Flag BINS_OF_ONE = BinEncodingMode.INDEX_DELTAS.toFlag(Flag.Type.POSITIVE_STORE);

    private long count;
    private long sumMs;
    private long minMs = Long.MAX_VALUE;
    private long maxMs;
    private long zeros;

    /** Number of the bin that is counted in the first place. */
    private int first;

    private int[] counts;

    /** With room for latencies between these two; they are not counted. */
    LatencyBins(long leastMs, long mostMs) {
        int lowest = binOf(Math.max(1, leastMs));
        int highest = binOf(Math.max(1, mostMs));
        first = lowest - SLACK / 2;
        counts = new int[highest - lowest + 1 + SLACK];
    }

    /** @param latencyMs not negative */
    void add(long latencyMs) {
        if (latencyMs == 0) {
            note(1, 0, 0, 0);
            zeros++;
        } else {
            add(latencyMs, binOf(latencyMs));
        }
    }

    /** @param bin that {@link #binOf} gives for it */
    void add(long latencyMs, int bin) {
        note(1, latencyMs, latencyMs, latencyMs);
        count(bin, 1);
    }

    void add(LatencyBins other) {
        note(other.count, other.sumMs, other.minMs, other.maxMs);
        zeros += other.zeros;
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                count(other.first + i, other.counts[i]);
            }
        }
    }

    private void note(long moreCalls, long moreMs, long leastMs, long mostMs) {
        sumMs = Math.addExact(sumMs, moreMs);
        count += moreCalls;
        minMs = Math.min(minMs, leastMs);
        maxMs = Math.max(maxMs, mostMs);
    }

    private void count(int bin, int calls) {
        if (bin < first) {
            int[] wider = new int[first + counts.length - bin + SLACK];
            System.arraycopy(counts, 0, wider, wider.length - counts.length, counts.length);
            counts = wider;
            first = bin - SLACK;
        } else if (bin >= first + counts.length) {
            counts = Arrays.copyOf(counts, bin - first + 1 + SLACK);
        }
        counts[bin - first] = Math.addExact(counts[bin - first], calls);
    }

    /** The number of a latency's bin; it has none where it is 0. */
    static int binOf(long latencyMs) {
        return MAPPING.index(latencyMs);
    }

    long count() {
        return count;
    }

    long sumMs() {
        return sumMs;
    }

    long minMs() {
        return minMs;
    }

    long maxMs() {
        return maxMs;
    }

    /** What a DDSketch gives for a latency. */
    static double representative(long latencyMs) {
        return latencyMs == 0 ? 0 : MAPPING.value(MAPPING.index(latencyMs));
    }

    /** @param rank how many latencies are smaller, of those there are; may lie between two of them */
    double atRank(double rank) {
        long reached = zeros;
        if (reached > rank) {
            return 0;
        }
        for (int i = 0; i < counts.length; i++) {
            reached += counts[i];
            if (reached > rank) {
                return MAPPING.value(first + i);
            }
        }
        throw new IllegalArgumentException("there are fewer latencies than " + rank);
    }

    private int used() {
        int used = 0;
        for (int count : counts) {
            if (count > 0) {
                used++;
            }
        }
        return used;
    }

    void encode(PackedWriter output) {
        output.writeUnsigned(count);
        output.writeUnsigned(sumMs);
        output.writeUnsigned(minMs);
        output.writeUnsigned(maxMs);
        output.writeUnsigned(zeros);
        output.writeUnsigned(used());
        int previous = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                output.writeSigned(first + i - previous);
                output.writeUnsigned(counts[i]);
                previous = first + i;
            }
        }
    }

    /** Adds what {@link #encode} wrote; its first four numbers were read already. */
    void decodeAndAdd(long moreCalls, long moreMs, long leastMs, long mostMs, PackedReader input) {
        note(moreCalls, moreMs, leastMs, mostMs);
        zeros += input.readUnsigned();
        int bin = 0;
        for (long left = input.readUnsigned(); left > 0; left--) {
            bin += (int) input.readSigned();
            count(bin, (int) input.readUnsigned());
        }
    }

    /** Passes over what {@link #encode} wrote after its first four numbers. */
    static void skip(PackedReader input) {
        input.skipNumbers(1);
        input.skipNumbers(2 * input.readUnsigned());
    }

    /** Writes the sketch in the library's encoding, its mapping included. */
    void encodeSketch(PackedWriter output) {
        writeHead(zeros, output);
        write(BINS_WITH_COUNTS, output);
        output.writeUnsigned(used());
        int previous = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                output.writeSigned(first + i - previous);
                writeCount(counts[i], output);
                previous = first + i;
            }
        }
    }

    /**
     * Writes the sketch of a few latencies.
     *
     * @param latenciesMs rising up to a count
     */
    static void encodeSketch(int[] latenciesMs, int count, PackedWriter output) {
        int zeros = 0;
        while (zeros < count && latenciesMs[zeros] == 0) {
            zeros++;
        }
        writeHead(zeros, output);
        if (zeros == count) {
            return;
        }
        write(BINS_OF_ONE, output);
        output.writeUnsigned(count - zeros);
        int previous = 0;
        for (int i = zeros; i < count; i++) {
            int bin = MAPPING.index(latenciesMs[i]);
            output.writeSigned(bin - previous);
            previous = bin;
        }
    }

    private static void writeHead(long zeros, PackedWriter output) {
        output.writeBytes(ENCODED_MAPPING);
        if (zeros > 0) {
            write(Flag.ZERO_COUNT, output);
            writeCount(zeros, output);
        }
    }

    private static void write(Flag flag, PackedWriter output) {
        try {
            flag.encode(output::writeByte);
        } catch (IOException e) {
            throw new UncheckedIOException("a sketch can't be written to memory", e);
        }
    }

    /** Counts are doubles of variable length there. */
    private static void writeCount(long count, PackedWriter output) {
        try {
            VarEncodingHelper.encodeVarDouble(output::writeByte, count);
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
