package io.modelhub.catalog.request;

import io.modelhub.catalog.check.Fields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request for a new entity, which may be repeated without making another one when it carries a key. Does not show what it
 * holds, as that may be a secret.
 */
public final class Creation {

    private final String path;
    private final ObjectNode body;
    private final @Nullable String key;

    /** @param key the value of {@code Idempotency-Key}; null: none was sent */
    Creation(String path, ObjectNode body, @Nullable String key) {
        this.path = path;
        this.body = body;
        this.key = key;
    }

    public Fields fields() {
        return Fields.of(body);
    }

    @Nullable
    String key() {
        return key;
    }

    /** What makes it this request and no other, in a text that may hold a secret. */
    String content() {
        return path + "\n" + body;
    }
}
