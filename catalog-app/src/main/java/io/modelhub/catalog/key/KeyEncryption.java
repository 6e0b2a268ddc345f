package io.modelhub.catalog.key;

import org.jspecify.annotations.Nullable;

/**
 * Where the key-encryption key comes from: exactly one of the two is set.
 *
 * @param keyFile path of a file that holds the key as base64
 * @param key the key itself as base64, for an environment variable
 */
public record KeyEncryption(
        @Nullable String keyFile, @Nullable String key) {

    public static final String KEY_FILE = "modelhub.key-encryption.key-file";
    public static final String KEY = "modelhub.key-encryption.key";

    /** Never the key. */
    @Override
    public String toString() {
        return keyFile != null ? "the key in " + keyFile : "the key of " + KEY;
    }
}
