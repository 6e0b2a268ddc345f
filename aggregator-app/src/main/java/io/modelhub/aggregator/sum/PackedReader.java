package io.modelhub.aggregator.sum;

import java.nio.charset.StandardCharsets;

/** Reads what a {@link PackedWriter} wrote. It is state of our own: an end that comes too early is a bug and throws. */
public final class PackedReader {

    private final byte[] bytes;
    private final int end;
    private int position;

    public PackedReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads [from, end). */
    public PackedReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    public boolean hasMore() {
        return position < end;
    }

    public int position() {
        return position;
    }

    public void skip(int count) {
        position += count;
    }

    public int readByte() {
        return bytes[position++];
    }

    /**
     * Reads the byte that a stored value begins with.
     *
     * @param what has it, and the verb: "a block of ids has"
     * @throws IllegalStateException it is another format than this version reads
     */
    public void requireFormat(String what, byte format) {
        int found = readByte();
        if (found != format) {
            throw new IllegalStateException(
                    "%s format %d; this version reads format %d".formatted(what, found, format));
        }
    }

    public long readUnsigned() {
        byte[] source = bytes;
        int at = position;
        long value = 0;
        int shift = 0;
        while (true) {
            byte next = source[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                position = at;
                return value;
            }
            shift += 7;
        }
    }

    /** Passes over so many numbers, signed or not. */
    public void skipNumbers(long count) {
        int at = position;
        for (long left = count; left > 0; ) {
            if (bytes[at++] >= 0) { // All but a number's last byte are below 0.
                left--;
            }
        }
        position = at;
    }

    public long readSigned() {
        long value = readUnsigned();
        return value >>> 1 ^ -(value & 1);
    }

    public long readFixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[position++] & 0xFF;
        }
        return value;
    }

    public byte[] readBytes(int count) {
        byte[] read = new byte[count];
        System.arraycopy(bytes, position, read, 0, count);
        position += count;
        return read;
    }

    public String readText() {
        int length = (int) readUnsigned();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    public void skipText() {
        skip((int) readUnsigned());
    }

    /** Passes over a text; gives what {@link String#hashCode} gives of it. */
    public int readHash() {
        int from = position;
        int length = (int) readUnsigned();
        int end = position + length;
        int hash = 0;
        for (int at = position; at < end; at++) {
            if (bytes[at] < 0) { // Not one of the characters that are the same as a byte.
                position = end;
                return textAt(from).hashCode();
            }
            hash = 31 * hash + bytes[at];
        }
        position = end;
        return hash;
    }

    /** The text that {@link #skipText} passed over at a position. */
    public String textAt(int at) {
        return new PackedReader(bytes, at, end).readText();
    }

    /** As {@link #readText}, for an identifier that probably was read before. */
    public String readText(NameCache names) {
        int length = (int) readUnsigned();
        String text = names.name(bytes, position, length);
        position += length;
        return text;
    }
}
