package io.modelhub.bench;

/** The benchmark gives no figures; the message says in words for its user why. */
final class BenchFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BenchFailure(String message) {
        super(message);
    }
}
