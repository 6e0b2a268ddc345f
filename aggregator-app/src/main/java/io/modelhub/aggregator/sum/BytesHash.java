package io.modelhub.aggregator.sum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A hash of bytes, eight at a time: all its bits are as good. Not for what is kept, as it may change with a version. */
public final class BytesHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The golden ratio's: odd, and its bits are spread. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private BytesHash() {}

    /** @param seed what else is to be in the hash */
    public static long of(long seed, byte[] source, int from, int length) {
        long hash = seed * MIX + length;
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = Long.rotateLeft((hash ^ (long) LONGS.get(source, at)) * MIX, 29);
        }
        for (; at < end; at++) {
            hash = Long.rotateLeft((hash ^ source[at]) * MIX, 29);
        }
        hash ^= hash >>> 32;
        hash *= MIX;
        return hash ^ hash >>> 29;
    }
}
