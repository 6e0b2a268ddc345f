package io.modelhub.aggregator.quota;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.sum.UsageSum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** What some calls with one API key add up to, and when the latest was. Changed in place; one thread at a time. */
public final class SpendSum {

    /** First byte of the encoding; a reader that meets another one is older than the state. */
    private static final byte VERSION = 1;

    private final UsageSum usage = new UsageSum();
    private long lastUsedAt = Long.MIN_VALUE;

    void add(PricedCall call) {
        usage.add(call);
        lastUsedAt = Math.max(lastUsedAt, call.usage().getTimestamp().toEpochMilli());
    }

    void add(SpendSum other) {
        usage.add(other.usage);
        lastUsedAt = Math.max(lastUsedAt, other.lastUsedAt);
    }

    public UsageSum usage() {
        return usage;
    }

    /** Time of the latest call. */
    public Instant lastUsedAt() {
        return Instant.ofEpochMilli(lastUsedAt);
    }

    byte[] encode() {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(48);
        encode(output);
        return output.trimmedCopy();
    }

    void encode(GrowingByteArrayOutput output) {
        try {
            output.writeByte(VERSION);
            VarEncodingHelper.encodeSignedVarLong(output, lastUsedAt);
            usage.encode(output);
        } catch (IOException e) {
            throw new UncheckedIOException("a spend can't be written to memory", e);
        }
    }

    public static SpendSum decode(byte[] bytes) {
        return decode(ByteArrayInput.wrap(bytes));
    }

    static SpendSum decode(ByteArrayInput input) {
        try {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a stored spend has format %d; this version reads format %d".formatted(version, VERSION));
            }
            SpendSum sum = new SpendSum();
            sum.lastUsedAt = VarEncodingHelper.decodeSignedVarLong(input);
            sum.usage.decodeAndAdd(input);
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException("a stored spend can't be read", e);
        }
    }
}
