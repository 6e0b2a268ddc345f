package io.modelhub.aggregator.day;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.Input;
import com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What one partition saw of a subject's quarter of an hour within one commit: the value of the topics between the fold and
 * the days, whose key is the subject.
 *
 * @param quarter start, epoch milliseconds
 */
public record DayPart(long quarter, ModelSums sums) {

    byte[] encode() {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(128);
        try {
            VarEncodingHelper.encodeSignedVarLong(output, quarter);
            VarEncodingHelper.encodeUnsignedVarLong(output, sums.byModel().size());
            sums.byModel().forEach((model, sum) -> {
                write(output, model.getBytes(StandardCharsets.UTF_8));
                write(output, sum.encode());
            });
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a day can't be written to memory", e);
        }
        return output.trimmedCopy();
    }

    public static DayPart decode(byte[] bytes) {
        ByteArrayInput input = ByteArrayInput.wrap(bytes);
        try {
            DayPart part = new DayPart(VarEncodingHelper.decodeSignedVarLong(input), new ModelSums());
            for (long left = VarEncodingHelper.decodeUnsignedVarLong(input); left > 0; left--) {
                String model = new String(read(input), StandardCharsets.UTF_8);
                part.sums.of(model).add(DaySum.decode(read(input)));
            }
            return part;
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a day can't be read", e);
        }
    }

    private static void write(GrowingByteArrayOutput output, byte[] bytes) {
        try {
            VarEncodingHelper.encodeUnsignedVarLong(output, bytes.length);
            for (byte b : bytes) {
                output.writeByte(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a part of a day can't be written to memory", e);
        }
    }

    private static byte[] read(Input input) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(VarEncodingHelper.decodeUnsignedVarLong(input))];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = input.readByte();
        }
        return bytes;
    }
}
