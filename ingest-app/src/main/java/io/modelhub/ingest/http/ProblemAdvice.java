package io.modelhub.ingest.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns what the framework refuses, and our own bugs, into problems without a stack trace. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception exception,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String detail = exception instanceof ErrorResponse response
                        && response.getBody().getDetail() != null
                ? response.getBody().getDetail()
                : "the request can't be served";
        return Problems.answer(Problems.of(status, detail), headers);
    }

    /** The body ended before its announced length, or its chunks are broken; the sender is mostly gone. */
    @ExceptionHandler
    ResponseEntity<Object> unreadable(IOException exception) {
        log.debug("A request's body broke off", exception);
        return Problems.answer(
                Problems.of(HttpStatus.BAD_REQUEST, "unreadable_body", "the body could not be read to its end"),
                HttpHeaders.EMPTY);
    }

    @ExceptionHandler
    ResponseEntity<Object> bug(RuntimeException exception) {
        log.error("A request failed by a bug", exception);
        ProblemDetail problem =
                Problems.of(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "this is a bug of the server");
        return Problems.answer(problem, HttpHeaders.EMPTY);
    }
}
