package io.modelhub.catalog.request;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells whether two requests say the same, without keeping what they say: HMAC-SHA256 under a key that the database never sees,
 * so that a secret in a request can't be found by trying secrets against the stored digest (ADR 0041). Thread-safe.
 */
public final class ContentDigest {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    public ContentDigest(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    byte[] of(String content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
