package io.modelhub.catalog.key;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the key-encryption keys come from, each as base64: in a file, or as it is, for an environment variable.
 *
 * @param keyFile path of the current key, under which secrets are sealed; this or {@code key} is set
 * @param key the current key itself
 * @param previousKeyFiles paths of keys that only open what was sealed under them
 * @param previousKeys such keys themselves
 */
public record KeyEncryption(
        @Nullable String keyFile,
        @Nullable String key,
        @DefaultValue List<String> previousKeyFiles,
        @DefaultValue List<String> previousKeys) {

    public static final String KEY_FILE = "modelhub.key-encryption.key-file";
    public static final String KEY = "modelhub.key-encryption.key";
    public static final String PREVIOUS_KEY_FILES = "modelhub.key-encryption.previous-key-files";
    public static final String PREVIOUS_KEYS = "modelhub.key-encryption.previous-keys";

    public KeyEncryption {
        previousKeyFiles = List.copyOf(previousKeyFiles);
        previousKeys = List.copyOf(previousKeys);
    }

    /** Never a key. */
    @Override
    public String toString() {
        String current = keyFile != null ? "the key in " + keyFile : "the key of " + KEY;
        int previous = previousKeyFiles.size() + previousKeys.size();
        return previous == 0 ? current : current + " and " + previous + " previous";
    }
}
