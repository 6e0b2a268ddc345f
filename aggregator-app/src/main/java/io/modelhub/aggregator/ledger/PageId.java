package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.nio.charset.StandardCharsets;

/**
 * Which page of a series.
 *
 * @param subject identifier of what it is about
 * @param start inclusive, epoch milliseconds
 */
record PageId(Series series, String subject, long start) {

    /** First byte of every page's key; what else is in the store begins with another one. */
    private static final byte PREFIX = 'p';

    @Override
    public int hashCode() {
        return (31 * subject.hashCode() + Long.hashCode(start)) * 31 + series.ordinal();
    }

    /** In the store: by series, time, subject. */
    byte[] key(int chunk) {
        PackedWriter key = new PackedWriter(48);
        keyUpTo(key, series, start);
        key.writeBytes(subject.getBytes(StandardCharsets.UTF_8));
        key.writeByte(0); // Identifiers hold no control characters.
        key.writeByte(chunk);
        return key.toBytes();
    }

    /** Below every key of the pages that begin at a time, and above those of earlier ones. */
    static byte[] keyAt(Series series, long start) {
        PackedWriter key = new PackedWriter(10);
        keyUpTo(key, series, start);
        return key.toBytes();
    }

    private static void keyUpTo(PackedWriter key, Series series, long start) {
        key.writeByte(PREFIX);
        key.writeByte(series.ordinal());
        key.writeFixed(start);
    }

    static boolean isFirstChunk(byte[] key) {
        return key[key.length - 1] == 0;
    }

    static PageId ofKey(byte[] key) {
        PackedReader reader = new PackedReader(key, 1, key.length);
        Series series = Series.values()[reader.readByte()];
        long start = reader.readFixed();
        int from = reader.position();
        return new PageId(series, new String(key, from, key.length - 2 - from, StandardCharsets.UTF_8), start);
    }
}
