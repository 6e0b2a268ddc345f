package io.modelhub.aggregator.day;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.window.WindowSum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** What some calls of a subject add up to, and when the latest was. Changed in place; one thread at a time. */
public final class DaySum {

    private final WindowSum calls = new WindowSum();
    private long lastUsedAt = Long.MIN_VALUE;

    void add(PricedCall call) {
        calls.add(call);
        lastUsedAt = Math.max(lastUsedAt, call.usage().getTimestamp().toEpochMilli());
    }

    void add(DaySum other) {
        calls.add(other.calls);
        lastUsedAt = Math.max(lastUsedAt, other.lastUsedAt);
    }

    public WindowSum calls() {
        return calls;
    }

    /** Time of the latest call. */
    public Instant lastUsedAt() {
        return Instant.ofEpochMilli(lastUsedAt);
    }

    byte[] encode() {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(64);
        try {
            VarEncodingHelper.encodeSignedVarLong(output, lastUsedAt);
        } catch (IOException e) {
            throw new UncheckedIOException("a day can't be written to memory", e);
        }
        calls.encode(output);
        return output.trimmedCopy();
    }

    static DaySum decode(byte[] bytes) {
        ByteArrayInput input = ByteArrayInput.wrap(bytes);
        DaySum sum = new DaySum();
        try {
            sum.lastUsedAt = VarEncodingHelper.decodeSignedVarLong(input);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored day can't be read", e);
        }
        sum.calls.decodeAndAdd(input);
        return sum;
    }
}
