package io.modelhub.aggregator.sum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PackedWriterTest {

    /** Seven bits to a byte, as Avro and Protocol Buffers have it: one of each length, and its neighbours. */
    @Test
    void numbersOfEveryLengthAreWrittenSevenBitsToAByte() {
        PackedWriter output = new PackedWriter(0);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int bit = 0; bit < 64; bit++) {
            for (long value :
                    new long[] {(1L << bit) - 1, 1L << bit, 1L << bit | 1, 0x5555_5555_5555_5555L >>> bit, -1L >>> bit
                    }) {
                output.writeUnsigned(value);
                writePlainly(value, expected);
            }
        }
        assertThat(output.toBytes()).isEqualTo(expected.toByteArray());
        PackedReader input = new PackedReader(output.toBytes());
        for (int bit = 0; bit < 64; bit++) {
            assertThat(input.readUnsigned()).isEqualTo((1L << bit) - 1);
            input.skipNumbers(4);
        }
        assertThat(input.hasMore()).isFalse();
    }

    @Test
    void whatIsWrittenNextStandsRightBehindANumber() {
        PackedWriter output = new PackedWriter(16);
        output.writeUnsigned(300);
        output.writeByte(7);
        output.writeSigned(-150);
        assertThat(output.toBytes()).containsExactly(0xAC, 0x02, 7, 0xAB, 0x02);
        output.insertSigned(2, 150);
        assertThat(output.toBytes()).containsExactly(0xAC, 0x02, 0xAC, 0x02, 7, 0xAB, 0x02);
    }

    @Test
    void theLengthOfATextIsThatOfItsBytes() {
        PackedWriter output = new PackedWriter(0);
        output.writeText("größe");
        output.writeAvroText("größe");
        output.writeText("ab");
        output.writeAvroText("ab");
        PackedReader input = new PackedReader(output.toBytes());
        assertThat(input.readText()).isEqualTo("größe");
        assertThat(input.readSigned()).isEqualTo(7);
        assertThat(input.readBytes(7)).asString(StandardCharsets.UTF_8).isEqualTo("größe");
        assertThat(input.readText()).isEqualTo("ab");
        assertThat(input.readSigned()).isEqualTo(2);
        assertThat(input.readBytes(2)).containsExactly('a', 'b');
        assertThat(input.hasMore()).isFalse();
    }

    @Test
    void theHashOfATextIsThatOfTheString() {
        for (String text : new String[] {"", "a", "bench/model-07", "größe/m", "日本/モデル"}) {
            PackedWriter output = new PackedWriter(16);
            output.writeText(text);
            output.writeByte(7);
            PackedReader input = new PackedReader(output.toBytes());
            assertThat(input.readHash()).as(text).isEqualTo(text.hashCode());
            assertThat(input.readByte()).isEqualTo(7);
        }
    }

    private static void writePlainly(long value, ByteArrayOutputStream output) {
        long left = value;
        while (left < 0 || left > 0x7F) {
            output.write((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        output.write((int) left);
    }
}
