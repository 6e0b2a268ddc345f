package io.modelhub.ingest.http;

import org.springframework.http.HttpStatus;

/**
 * The whole request is refused: nothing of it is kept.
 *
 * @param code stable, for programs
 * @param detail what is wrong and what to send instead
 */
record Refusal(HttpStatus status, String code, String detail) implements ReceivedBody, UsageBody {}
