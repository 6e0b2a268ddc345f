package io.modelhub.catalog.key;

/**
 * An encrypted secret, as it is stored.
 *
 * @param ciphertext Tink's format: names the key too, in its first bytes
 * @param keyId of the key-encryption key, so that rows under an old one can be found
 */
record SealedSecret(byte[] ciphertext, long keyId) {

    @Override
    public String toString() {
        return "sealed under " + Long.toHexString(keyId);
    }
}
