package io.modelhub.local.rejected;

import io.modelhub.schema.RejectedUsage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code modelhub.usage.rejected}.
 *
 * @param key the input's; null where it had none
 */
record RejectedEvent(int partition, long offset, byte @Nullable [] key, RejectedUsage usage) {

    /** Whether it stood on a topic, as Avro; else it came in by HTTP, as JSON. */
    boolean cameByTopic() {
        return usage.getTopic() != null;
    }

    /** What to send again: the bytes of a record as they were, the JSON of an event on one line. */
    byte[] original() {
        ByteBuffer buffer = usage.getOriginal().duplicate();
        byte[] original = new byte[buffer.remaining()];
        buffer.get(original);
        return cameByTopic() ? original : onOneLine(original);
    }

    /** A line break is never a part of a JSON text's values. */
    private static byte[] onOneLine(byte[] json) {
        int start = 0;
        int end = json.length;
        while (start < end && isSpace(json[start])) {
            start++;
        }
        while (end > start && isSpace(json[end - 1])) {
            end--;
        }
        byte[] line = new byte[end - start];
        for (int i = 0; i < line.length; i++) {
            byte at = json[start + i];
            line[i] = at == '\n' || at == '\r' ? (byte) ' ' : at;
        }
        return line;
    }

    private static boolean isSpace(byte at) {
        return at == ' ' || at == '\n' || at == '\r' || at == '\t';
    }

    /**
     * What makes it the same event as another: that the same is sent again. So a copy that is rejected once more, or was sent
     * several times, is known.
     */
    String identity() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(original()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Where it came from, for people. */
    String origin() {
        return cameByTopic()
                ? "%s %d@%d".formatted(usage.getTopic(), usage.getPartition(), usage.getOffset())
                : usage.getSource();
    }
}
