package io.modelhub.aggregator.api;

/** What a request names is not there: 404. */
final class NotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    NotFoundException(String field, String message) {
        super(message);
        this.field = field;
    }

    static NotFoundException apiKey(String id) {
        return new NotFoundException("api_key", "neither the catalog nor any usage has shown the API key " + id);
    }

    String field() {
        return field;
    }
}
