package io.modelhub.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro binary from a byte array. Believes no length or count that the bytes left can't hold, so that a few hostile bytes can
 * neither claim gigabytes nor spin: Avro's own decoder allocates what a length says before it looks whether the bytes are
 * there, and its limits are global to the process. An item of an array or a map takes at least one byte here.
 */
final class BoundedDecoder extends Decoder {

    private final byte[] bytes;
    private int position;

    BoundedDecoder(byte[] bytes, int from) {
        this.bytes = bytes;
        this.position = from;
    }

    int remaining() {
        return bytes.length - position;
    }

    @Override
    public void readNull() {}

    @Override
    public boolean readBoolean() throws IOException {
        return next() == 1;
    }

    @Override
    public int readInt() throws IOException {
        long value = readLong();
        if (value != (int) value) {
            throw new AvroRuntimeException("%d is no int".formatted(value));
        }
        return (int) value;
    }

    @Override
    public long readLong() throws IOException {
        long zigZag = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte group = next();
            zigZag |= (group & 0x7FL) << shift;
            if (group >= 0) {
                return (zigZag >>> 1) ^ -(zigZag & 1);
            }
        }
        throw new AvroRuntimeException("a number has more than 10 bytes");
    }

    @Override
    public float readFloat() throws IOException {
        return Float.intBitsToFloat((int) littleEndian(Float.BYTES));
    }

    @Override
    public double readDouble() throws IOException {
        return Double.longBitsToDouble(littleEndian(Double.BYTES));
    }

    @Override
    public String readString() throws IOException {
        int length = length();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return new Utf8(take(length()));
    }

    @Override
    public void skipString() throws IOException {
        skipBytes();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        return ByteBuffer.wrap(take(length()));
    }

    @Override
    public void skipBytes() throws IOException {
        skip(length());
    }

    @Override
    public void readFixed(byte[] target, int start, int length) throws IOException {
        System.arraycopy(bytes, position, target, start, require(length));
        position += length;
    }

    @Override
    public void skipFixed(int length) throws IOException {
        skip(require(length));
    }

    @Override
    public int readEnum() throws IOException {
        return readInt();
    }

    @Override
    public int readIndex() throws IOException {
        return readInt();
    }

    @Override
    public long readArrayStart() throws IOException {
        return count();
    }

    @Override
    public long arrayNext() throws IOException {
        return count();
    }

    @Override
    public long skipArray() throws IOException {
        return skipBlocks();
    }

    @Override
    public long readMapStart() throws IOException {
        return count();
    }

    @Override
    public long mapNext() throws IOException {
        return count();
    }

    @Override
    public long skipMap() throws IOException {
        return skipBlocks();
    }

    /** The items of a block; a negative count is followed by the block's bytes. */
    private int count() throws IOException {
        long count = readLong();
        if (count < 0) {
            length();
            count = -count;
        }
        return require(count);
    }

    /** Skips the blocks that say how many bytes they are; returns the items of the first that doesn't, 0 at the end. */
    private long skipBlocks() throws IOException {
        long count = readLong();
        while (count < 0) {
            skip(length());
            count = readLong();
        }
        return require(count);
    }

    private int length() throws IOException {
        return require(readLong());
    }

    private int require(long length) throws IOException {
        if (length < 0) {
            throw new AvroRuntimeException("the length %d is negative".formatted(length));
        }
        if (length > remaining()) {
            throw new EOFException("%d bytes are said to follow, but %d do".formatted(length, remaining()));
        }
        return (int) length;
    }

    private void skip(int length) {
        position += length;
    }

    private byte[] take(int length) {
        byte[] taken = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return taken;
    }

    private byte next() throws EOFException {
        if (position == bytes.length) {
            throw new EOFException("the value ends early");
        }
        return bytes[position++];
    }

    private long littleEndian(int width) throws IOException {
        require(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[position++] & 0xFFL) << (8 * i);
        }
        return value;
    }
}
