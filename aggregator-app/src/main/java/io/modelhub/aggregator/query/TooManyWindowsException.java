package io.modelhub.aggregator.query;

/** A query covers more windows than one answer may be made of. Ask for a longer grain, less time, or one organization. */
public final class TooManyWindowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyWindowsException(int max) {
        super("the query covers more than %d windows; ask for longer windows, less time, or one organization"
                .formatted(max));
    }
}
