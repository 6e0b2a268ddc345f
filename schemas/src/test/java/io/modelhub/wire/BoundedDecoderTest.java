package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class BoundedDecoderTest {

    private static final Schema EVERYTHING = new Schema.Parser().parse("""
            {"type": "record", "name": "Everything", "fields": [
              {"name": "n", "type": "null"}, {"name": "z", "type": "boolean"}, {"name": "i", "type": "int"},
              {"name": "l", "type": "long"}, {"name": "f", "type": "float"}, {"name": "d", "type": "double"},
              {"name": "s", "type": "string"}, {"name": "b", "type": "bytes"},
              {"name": "x", "type": {"type": "fixed", "name": "Four", "size": 4}},
              {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}},
              {"name": "u", "type": ["null", "string"]},
              {"name": "a", "type": {"type": "array", "items": "long"}},
              {"name": "m", "type": {"type": "map", "values": "string"}}]}""");

    private static final Schema LAST_FIELDS = new Schema.Parser().parse("""
            {"type": "record", "name": "Everything", "fields": [
              {"name": "u", "type": ["null", "string"]},
              {"name": "m", "type": {"type": "map", "values": "string"}}]}""");

    /** Whole, and with most fields skipped; blocks of arrays and maps with and without their sizes. */
    @Test
    void readsWhatAvroReads() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = encoded(everything(random), round % 2 == 0);
            for (Schema reader : List.of(EVERYTHING, LAST_FIELDS)) {
                BoundedDecoder decoder = new BoundedDecoder(bytes, 0);
                assertThat(new GenericDatumReader<>(EVERYTHING, reader).read(null, decoder))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(new GenericDatumReader<>(EVERYTHING, reader)
                                .read(null, DecoderFactory.get().binaryDecoder(bytes, null)));
                assertThat(decoder.remaining()).isZero();
            }
        }
    }

    @Test
    void believesNoLengthThatTheBytesCanNotHold() {
        byte[] twoGigabytes = varint(Integer.MAX_VALUE - 16L);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readString())
                .isInstanceOf(EOFException.class)
                .hasMessage("2147483631 bytes are said to follow, but 0 do");
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readBytes(null))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readArrayStart())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readMapStart())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(varint(Long.MAX_VALUE), 0).skipArray())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(varint(Long.MIN_VALUE), 0).skipString())
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessage("the length -9223372036854775808 is negative");
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> new BoundedDecoder(varint(1L << 31), 0).readInt())
                .isInstanceOf(AvroRuntimeException.class);
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0xFF);
        assertThatThrownBy(() -> new BoundedDecoder(endless, 0).readLong()).isInstanceOf(AvroRuntimeException.class);
        assertThatThrownBy(() -> new BoundedDecoder(new byte[0], 0).readLong()).isInstanceOf(EOFException.class);
    }

    private static GenericRecord everything(Random random) {
        GenericRecord record = new GenericData.Record(EVERYTHING);
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        byte[] four = new byte[4];
        random.nextBytes(four);
        List<Long> numbers = new ArrayList<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            numbers.add(random.nextLong() >> random.nextInt(64));
            texts.put("k" + i, text(random));
        }
        record.put("z", random.nextBoolean());
        record.put("i", random.nextInt());
        record.put("l", random.nextLong() >> random.nextInt(64));
        record.put("f", random.nextFloat());
        record.put("d", random.nextGaussian());
        record.put("s", text(random));
        record.put("b", ByteBuffer.wrap(noise));
        record.put("x", new GenericData.Fixed(EVERYTHING.getField("x").schema(), four));
        record.put(
                "e",
                new GenericData.EnumSymbol(
                        EVERYTHING.getField("e").schema(),
                        List.of("A", "B", "C").get(random.nextInt(3))));
        record.put("u", random.nextBoolean() ? null : text(random));
        record.put("a", numbers);
        record.put("m", texts);
        return record;
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, 0x11000)
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static byte[] encoded(GenericRecord record, boolean withBlockSizes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = withBlockSizes
                ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null)
                : EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(EVERYTHING).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            EncoderFactory.get().directBinaryEncoder(bytes, null).writeLong(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
