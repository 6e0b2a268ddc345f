package io.modelhub.local.sql;

/** How a statement ended. */
sealed interface Outcome {

    /** Its rows have been given. */
    record Answered() implements Outcome {}

    /** @param message of the aggregator, to the author of the statement */
    record Refused(String message) implements Outcome {}

    /** Nobody there, or gone in the middle of the answer. */
    record Away(String reason) implements Outcome {}
}
