package io.modelhub.wire;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A record can't be read: no wire format, a schema id that the registry says it doesn't know, or bytes that don't fit the
 * schema. The record's writer is at fault; reading it again gives the same. Set it aside and go on.
 */
public final class MalformedRecordException extends SerializationException {

    private static final long serialVersionUID = 1L;

    public MalformedRecordException(String message) {
        super(message);
    }

    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
