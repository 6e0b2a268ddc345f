package io.modelhub.catalog.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a part of a list ended, opaque to clients.
 *
 * @param list {@link #fingerprint} of the list, with its sort and filters, that it is a place in
 * @param sorted the last entry's value of the column that the list is sorted by
 * @param key the last entry's key, which breaks ties
 */
record Cursor(String list, String sorted, String key) {

    private static final int FINGERPRINT_BYTES = 9;
    private static final String SEPARATOR = ".";

    static String fingerprint(String list) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(list.getBytes(StandardCharsets.UTF_8));
            return encoded(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Null: no cursor has this form. */
    static @Nullable Cursor read(String text) {
        String[] parts = text.split("\\" + SEPARATOR, -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            return new Cursor(parts[0], decoded(parts[1]), decoded(parts[2]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    String text() {
        return String.join(
                SEPARATOR,
                list,
                encoded(sorted.getBytes(StandardCharsets.UTF_8)),
                encoded(key.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String decoded(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
