package io.modelhub.aggregator.changes;

/** Records after a position are no longer kept, or the topic was made anew. A reader must begin again. */
public final class PositionLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PositionLostException(String message) {
        super(message);
    }
}
