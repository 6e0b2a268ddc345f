package io.modelhub.ingest.http;

/** What came of reading a request's body. */
sealed interface ReceivedBody permits ReceivedBody.Whole, Refusal {

    /** How a body holds its events. */
    enum Form {
        /** One event, or an array of events. */
        JSON,
        /** An event on each line. */
        LINES
    }

    /** @param bytes decoded, UTF-8 as it was sent */
    record Whole(Form form, byte[] bytes) implements ReceivedBody {}
}
