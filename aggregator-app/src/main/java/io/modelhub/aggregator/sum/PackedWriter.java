package io.modelhub.aggregator.sum;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes: numbers of variable length, texts with their length before them. One thread at a time. */
public final class PackedWriter {

    private byte[] bytes;
    private int length;

    public PackedWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public int length() {
        return length;
    }

    /** Forgets what was written. */
    public void clear() {
        length = 0;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void require(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    public void writeByte(int value) {
        require(1);
        bytes[length++] = (byte) value;
    }

    /** Seven bits to a byte, the lowest first: small ones are short. */
    public void writeUnsigned(long value) {
        require(10);
        byte[] target = bytes;
        int at = length;
        if ((value & ~0x7FL) == 0) { // Most numbers.
            target[at] = (byte) value;
            length = at + 1;
            return;
        }
        long left = value;
        while ((left & ~0x7FL) != 0) {
            target[at++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        target[at++] = (byte) left;
        length = at;
    }

    /** As {@link #writeUnsigned}, zigzag, which is Avro's form of a long. */
    public void writeSigned(long value) {
        writeUnsigned(value << 1 ^ value >> 63);
    }

    /** Eight bytes, the highest first: they sort as the numbers do, those below 0 last. */
    public void writeFixed(long value) {
        require(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    public void writeBytes(byte[] source, int offset, int count) {
        require(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    public void writeBytes(byte[] source) {
        writeBytes(source, 0, source.length);
    }

    public void writeText(String text) {
        writeText(text, 1);
    }

    /** As {@link #writeText}, with a length as {@link #writeSigned} writes it, which is Avro's form of a text. */
    public void writeAvroText(String text) {
        writeText(text, 2); // Zigzag doubles what isn't below 0.
    }

    private void writeText(String text, int lengthTimes) {
        int from = length;
        writeUnsigned((long) lengthTimes * text.length());
        if (!writeAscii(text)) {
            length = from;
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            writeUnsigned((long) lengthTimes * utf8.length);
            writeBytes(utf8);
        }
    }

    /** The text alone, without its length. */
    public void writeUtf8(String text) {
        if (!writeAscii(text)) {
            writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Nothing is written where not each character is a byte. */
    private boolean writeAscii(String text) {
        int characters = text.length();
        require(characters);
        byte[] target = bytes;
        int at = length;
        for (int i = 0; i < characters; i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                return false;
            }
            target[at++] = (byte) character;
        }
        length = at;
        return true;
    }

    /** Eight bytes, the lowest first, as Avro's double. */
    public void writeDouble(double value) {
        require(8);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[length++] = (byte) (bits >>> shift);
        }
    }

    /** Puts a number, as {@link #writeSigned}, before what was written from a place on: a length that is known afterwards. */
    public void insertSigned(int place, long value) {
        int tail = length - place;
        long zigzag = value << 1 ^ value >> 63;
        require(10);
        int width = Math.max(1, (70 - Long.numberOfLeadingZeros(zigzag)) / 7);
        System.arraycopy(bytes, place, bytes, place + width, tail);
        length = place;
        writeUnsigned(zigzag);
        length += tail;
    }
}
