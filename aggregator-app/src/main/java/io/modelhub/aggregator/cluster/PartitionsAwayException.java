package io.modelhub.aggregator.cluster;

/**
 * Some partitions can't be read now: nobody owns them, or their owner doesn't answer. An answer without them would be wrong;
 * ask again in a second. The message says which ones and where they should be.
 */
public final class PartitionsAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PartitionsAwayException(String message) {
        super(message);
    }
}
