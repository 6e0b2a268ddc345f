package io.modelhub.aggregator.sum;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Identifiers as texts, mostly without making them again: organizations, models and keys repeat from event to event. Its size
 * is fixed; where two names share a place, the later one takes it. One thread.
 */
public final class NameCache {

    private static final int PLACES = 1 << 14;

    private final byte[][] bytes = new byte[PLACES][];
    private final String[] names = new String[PLACES];

    /** The text of UTF-8 bytes. */
    public String name(byte[] source, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + source[i];
        }
        int place = (hash ^ hash >>> 15) & PLACES - 1;
        byte @Nullable [] known = bytes[place];
        if (known != null && Arrays.equals(known, 0, known.length, source, from, from + length)) {
            return names[place];
        }
        byte[] fresh = Arrays.copyOfRange(source, from, from + length);
        bytes[place] = fresh;
        names[place] = new String(fresh, StandardCharsets.UTF_8);
        return names[place];
    }
}
