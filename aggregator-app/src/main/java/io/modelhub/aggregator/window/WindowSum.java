package io.modelhub.aggregator.window;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.aggregator.sum.UsageSum;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the calls of a window add up to. Changed in place; one thread at a time. */
public final class WindowSum {

    /** First byte of the encoding; a reader that meets another one is older than the state. */
    private static final byte VERSION = 1;

    private final UsageSum usage = new UsageSum();
    private final LatencySum latency = new LatencySum();

    public void add(PricedCall call) {
        usage.add(call);
        Long latencyMs = call.usage().getLatencyMs();
        if (latencyMs != null) {
            latency.add(latencyMs);
        }
    }

    public void add(WindowSum other) {
        usage.add(other.usage);
        latency.add(other.latency);
    }

    public UsageSum usage() {
        return usage;
    }

    public LatencySum latency() {
        return latency;
    }

    public byte[] encode() {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(64);
        encode(output);
        return output.trimmedCopy();
    }

    /** Writes to the end of what is to be decoded. */
    public void encode(GrowingByteArrayOutput output) {
        try {
            output.writeByte(VERSION);
            usage.encode(output);
            latency.encode(output);
        } catch (IOException e) {
            throw new UncheckedIOException("a window can't be written to memory", e);
        }
    }

    public static WindowSum decode(byte[] bytes) {
        WindowSum sum = new WindowSum();
        sum.decodeAndAdd(bytes);
        return sum;
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(byte[] bytes) {
        decodeAndAdd(ByteArrayInput.wrap(bytes));
    }

    /** Reads the input to its end. */
    public void decodeAndAdd(ByteArrayInput input) {
        try {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a stored window has format %d; this version reads format %d".formatted(version, VERSION));
            }
            usage.decodeAndAdd(input);
            latency.decodeAndAdd(input);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored window can't be read", e);
        }
    }
}
