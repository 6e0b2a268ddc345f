package io.modelhub.aggregator.cluster;

/** A query covers more windows than one answer may be made of. Ask for a longer grain, less time, or one organization. */
public final class TooManyWindowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Stored sums that one answer may be made of: some 20 MB. */
    public static final int MOST = 200_000;

    public TooManyWindowsException() {
        super("the query covers more than %d windows; ask for longer windows, less time, or one organization"
                .formatted(MOST));
    }
}
