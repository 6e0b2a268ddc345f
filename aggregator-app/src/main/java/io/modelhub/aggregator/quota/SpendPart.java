package io.modelhub.aggregator.quota;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What one partition saw of a key's quarter of an hour within one commit: the value of the topic between fold and quota,
 * whose key is the API key.
 *
 * @param quarter start, epoch milliseconds
 */
record SpendPart(long quarter, SpendSum sum) {

    byte[] encode() {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(64);
        try {
            VarEncodingHelper.encodeSignedVarLong(output, quarter);
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a spend can't be written to memory", e);
        }
        sum.encode(output);
        return output.trimmedCopy();
    }

    static SpendPart decode(byte[] bytes) {
        ByteArrayInput input = ByteArrayInput.wrap(bytes);
        try {
            return new SpendPart(VarEncodingHelper.decodeSignedVarLong(input), SpendSum.decode(input));
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a spend can't be read", e);
        }
    }
}
