package io.modelhub.catalog.answer;

import java.io.IOException;

/** A request body turned out to be larger than accepted, while it was read. */
final class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    BodyTooLargeException(long limit) {
        super("the body is larger than " + limit + " bytes");
    }
}
