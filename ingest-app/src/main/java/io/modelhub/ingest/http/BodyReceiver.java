package io.modelhub.ingest.http;

import io.modelhub.ingest.http.ReceivedBody.Form;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads a request's body, never more of it than the bound, as it was sent and as it is unpacked. */
final class BodyReceiver {

    /** Of a body that is too large; a sender of more is cut off. */
    private static final long SWALLOWED_BYTES = 256L * 1024 * 1024;

    private final int maxBytes;

    /** @param maxBytes of the body, packed and unpacked */
    BodyReceiver(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @throws IOException the connection broke */
    ReceivedBody receive(HttpServletRequest request) throws IOException {
        Form form = form(request.getContentType());
        if (form == null) {
            return new Refusal(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_content_type",
                    "send Content-Type application/json (one event or an array) or application/x-ndjson, in UTF-8");
        }
        String encoding = request.getHeader("Content-Encoding");
        boolean gzip = "gzip".equalsIgnoreCase(encoding);
        if (!gzip && encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            return new Refusal(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_content_encoding",
                    "send the body as it is or with Content-Encoding gzip");
        }
        InputStream body = request.getInputStream();
        boolean announcedTooLarge = request.getContentLengthLong() > maxBytes;
        byte[] sent = announcedTooLarge ? new byte[0] : body.readNBytes(maxBytes + 1);
        if (announcedTooLarge || sent.length > maxBytes) {
            swallow(body);
            return tooLarge();
        }
        return gzip ? unpacked(form, sent) : new ReceivedBody.Whole(form, sent);
    }

    private ReceivedBody unpacked(Form form, byte[] sent) {
        try (InputStream unpacking = new GZIPInputStream(new ByteArrayInputStream(sent))) {
            byte[] bytes = unpacking.readNBytes(maxBytes + 1);
            return bytes.length > maxBytes ? tooLarge() : new ReceivedBody.Whole(form, bytes);
        } catch (IOException e) {
            return new Refusal(HttpStatus.BAD_REQUEST, "malformed_gzip", "the body is no gzip, or not all of it");
        }
    }

    /** Many senders read an answer only when they have sent everything: they would see a broken connection, not why. */
    private static void swallow(InputStream body) throws IOException {
        byte[] dropped = new byte[64 * 1024];
        long bytes = 0;
        int read = body.read(dropped);
        while (read >= 0 && bytes < SWALLOWED_BYTES) {
            bytes += read;
            read = body.read(dropped);
        }
    }

    private Refusal tooLarge() {
        return new Refusal(
                HttpStatus.CONTENT_TOO_LARGE,
                "body_too_large",
                "the body may have %d bytes, unpacked too; send the events in several requests".formatted(maxBytes));
    }

    private static @Nullable Form form(@Nullable String contentType) {
        MediaType type;
        try {
            type = contentType == null ? null : MediaType.parseMediaType(contentType);
            if (type == null || (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8))) {
                return null;
            }
        } catch (InvalidMediaTypeException e) {
            return null;
        }
        return switch ((type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT)) {
            case "application/json" -> Form.JSON;
            case "application/x-ndjson", "application/ndjson" -> Form.LINES;
            default -> null;
        };
    }
}
