package io.modelhub.aggregator.sum;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Identifiers as texts, mostly without making them again: organizations, models and keys repeat from event to event. Its size
 * is fixed; where two names share a place, the later one takes it. One thread.
 */
public final class NameCache {

    private static final int PLACES = 1 << 16;

    /** At each place the bytes and the text of a name, beside each other: one look at memory finds both. */
    private final @Nullable Object[] names = new Object[2 * PLACES];

    /** The text of UTF-8 bytes. */
    public String name(byte[] source, int from, int length) {
        String known = known(source, from, length);
        return known == null ? keep(source, from, length) : known;
    }

    /** The text of bytes that were kept before; null where they weren't, or another name took their place. */
    public @Nullable String known(byte[] source, int from, int length) {
        int place = place(source, from, length);
        byte[] known = (byte[]) names[place];
        return known != null && Arrays.equals(known, 0, known.length, source, from, from + length)
                ? (String) names[place + 1]
                : null;
    }

    /** The text of bytes that weren't kept, from now on {@link #known}. */
    public String keep(byte[] source, int from, int length) {
        int place = place(source, from, length);
        byte[] bytes = Arrays.copyOfRange(source, from, from + length);
        String name = new String(bytes, StandardCharsets.UTF_8);
        names[place] = bytes;
        names[place + 1] = name;
        return name;
    }

    private static int place(byte[] source, int from, int length) {
        return 2 * ((int) BytesHash.of(0, source, from, length) & PLACES - 1);
    }
}
