package io.modelhub.aggregator.window;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What one partition saw of a minute within one commit: the value of the topic between fold and merge, whose key is the
 * organization.
 *
 * @param minute start, epoch milliseconds
 */
record MinutePart(String model, long minute, WindowSum sum) {

    byte[] encode() {
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(96);
        try {
            VarEncodingHelper.encodeSignedVarLong(output, minute);
            VarEncodingHelper.encodeUnsignedVarLong(output, name.length);
            for (byte b : name) {
                output.writeByte(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a window can't be written to memory", e);
        }
        sum.encode(output);
        return output.trimmedCopy();
    }

    static MinutePart decode(byte[] bytes) {
        ByteArrayInput input = ByteArrayInput.wrap(bytes);
        try {
            long minute = VarEncodingHelper.decodeSignedVarLong(input);
            byte[] name = new byte[Math.toIntExact(VarEncodingHelper.decodeUnsignedVarLong(input))];
            for (int i = 0; i < name.length; i++) {
                name[i] = input.readByte();
            }
            WindowSum sum = new WindowSum();
            sum.decodeAndAdd(input);
            return new MinutePart(new String(name, StandardCharsets.UTF_8), minute, sum);
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a window can't be read", e);
        }
    }
}
