package io.modelhub.wire;

import org.apache.kafka.common.errors.RetriableException;

/** The schema registry did not answer, or not sensibly. No record is at fault: pause and try again. */
public final class RegistryUnavailableException extends RetriableException {

    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message) {
        super(message);
    }

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
