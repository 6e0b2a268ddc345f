package io.modelhub.local.reprice;

import io.modelhub.local.usage.Rates;
import io.modelhub.local.usage.Span;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From what to what the calls of a subject go.
 *
 * @param range that their times are in
 * @param ordinal how many corrections of the subject went before
 */
record Move(Subject subject, Span range, Optional<Rates> before, Optional<Rates> after, int ordinal) {

    /** Half of a SHA-256: no two of a subject's are equal, and who computes one from the same topics gets the same. */
    private static final int ID_BYTES = 16;

    /** Of two runs that don't know of each other, each correction counts once: they give it the same id. */
    String id() {
        // No identifier has a control character.
        String content = String.join(
                "\n",
                text(subject.organization()),
                text(subject.apiKey()),
                text(subject.routingRule()),
                subject.model(),
                range.toString(),
                before.toString(),
                after.toString(),
                String.valueOf(ordinal));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String text(@Nullable String identifier) {
        return identifier == null ? "" : "+" + identifier;
    }
}
