package io.modelhub.catalog.key;

/** The key-encryption key can't be had: the message names the setting and says what is wrong with it, in one sentence. */
final class KeyEncryptionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KeyEncryptionException(String message) {
        super(message);
    }
}
