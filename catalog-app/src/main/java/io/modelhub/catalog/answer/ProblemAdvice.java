package io.modelhub.catalog.answer;

import io.modelhub.catalog.check.FieldProblem;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;

/**
 * Answers what never reached a controller's own code, or broke in it, as {@code application/problem+json} without a stack
 * trace. A body is never quoted, as it may hold a secret: Jackson's own messages do quote it.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final String RETRY_AFTER_SECONDS = "2";

    /** Class of SQL states. */
    private static final String DATA_EXCEPTION = "22";

    /** Codes of the statuses that Spring answers by itself; any other is named by its reason phrase. */
    private static final Map<Integer, String> CODES = Map.of(400, "bad_request", 404, "unknown_path", 413, "too_large");

    /** What parameters and variables of paths look like, by their types. */
    private static final Map<Class<?>, String> FORMS = Map.of(
            boolean.class, "must be true or false",
            UUID.class, "must be a UUID",
            Instant.class, "must be a time such as 2031-01-31T08:00:00Z");

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (cause(e, BodyTooLargeException.class) != null) {
            return unusableBody(HttpStatus.CONTENT_TOO_LARGE, "too_large", "is larger than this service accepts");
        }
        StreamReadException malformed = cause(e, StreamReadException.class);
        if (malformed != null) {
            return unusableBody(HttpStatus.BAD_REQUEST, "malformed_json", "is not well-formed JSON" + place(malformed));
        }
        return unusableBody(
                HttpStatus.BAD_REQUEST,
                "unreadable_body",
                cause(e, JacksonException.class) == null
                        ? "is missing or can't be read"
                        : "is not one JSON object with different field names and little nesting");
    }

    /** @param message goes on where "the body" begins */
    private static ResponseEntity<Object> unusableBody(HttpStatus status, String code, String message) {
        ProblemDetail problem = Answers.problem(status, code, "the body " + message);
        problem.setProperty("errors", List.of(new FieldProblem("body", code, message)));
        return answer(problem);
    }

    private static <E extends Throwable> @Nullable E cause(Throwable e, Class<E> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static String place(StreamReadException malformed) {
        TokenStreamLocation location = malformed.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** Most often a client's default, such as the form that curl says it sends. */
    @Override
    protected ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String message = "must be " + joined(e.getSupportedMediaTypes());
        String sent = e.getContentType() == null ? " and is missing or malformed" : " and is " + e.getContentType();
        return answer(
                status,
                headers,
                HttpHeaders.CONTENT_TYPE + " " + message + sent,
                List.of(new FieldProblem(HttpHeaders.CONTENT_TYPE, "unsupported_media_type", message)));
    }

    @Override
    protected ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = "%s is not possible here, but %s".formatted(e.getMethod(), joined(headers.getAllow()));
        return answer(status, headers, detail, List.of());
    }

    @Override
    protected ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return answer(status, headers, "there is nothing at this address; /docs lists what there is", List.of());
    }

    private static String joined(Collection<?> choices) {
        return choices.stream().map(Object::toString).sorted().collect(Collectors.joining(" or "));
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Class<?> type = e.getRequiredType();
        return badParameter(
                String.valueOf(e.getPropertyName()),
                "malformed",
                type == null ? "can't be read" : FORMS.getOrDefault(type, "can't be read"));
    }

    @Override
    protected ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return badParameter(e.getParameterName(), "required", "is required");
    }

    /** Tomcat finds it out when parameters are first asked for, so in the midst of a request. */
    @ExceptionHandler
    ResponseEntity<Object> undecodable(InvalidParameterException e) {
        return badParameter("query", "malformed", "must be percent-encoded UTF-8");
    }

    private static ResponseEntity<Object> badParameter(String name, String code, String message) {
        return Answers.refused(Outcome.refused(Refusal.badParameters(List.of(new FieldProblem(name, code, message)))));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = body instanceof ProblemDetail given && status.is4xxClientError() ? given.getDetail() : null;
        return answer(status, headers, detail, List.of());
    }

    /** @param detail null: there is nothing to add to the status */
    private static ResponseEntity<Object> answer(
            HttpStatusCode status, HttpHeaders headers, @Nullable String detail, List<FieldProblem> errors) {
        HttpStatus known = HttpStatus.resolve(status.value());
        String phrase = known == null ? "Error" : known.getReasonPhrase();
        String code = CODES.getOrDefault(
                status.value(), phrase.toLowerCase(Locale.ROOT).replace(' ', '_'));
        ProblemDetail problem = Answers.problem(status, code, phrase, detail == null ? phrase : detail);
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        ResponseEntity<Object> answer = answer(problem);
        HttpHeaders merged = new HttpHeaders();
        merged.putAll(headers);
        merged.putAll(answer.getHeaders());
        return new ResponseEntity<>(answer.getBody(), merged, status);
    }

    /** The database is away or busy: nothing was written, and the same request may succeed later. */
    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        TransactionException.class
    })
    ResponseEntity<Object> databaseUnavailable(Exception e) {
        LOG.warn("the database did not answer: {}", e.getMessage());
        return tryAgain("database_unavailable", "the database does not answer; nothing was changed, try again");
    }

    /** It may have committed before it went away, or not. */
    @ExceptionHandler
    ResponseEntity<Object> outcomeUnknown(UnansweredCommitException e) {
        LOG.warn("a change may stand or not: {}", e.getMessage());
        return tryAgain(
                "outcome_unknown",
                "the database went away while it committed: the change may stand; look, or repeat it with its"
                        + " Idempotency-Key or If-Match, which does it once");
    }

    private static ResponseEntity<Object> tryAgain(String code, String detail) {
        ResponseEntity<Object> answer = answer(Answers.problem(HttpStatus.SERVICE_UNAVAILABLE, code, detail));
        HttpHeaders headers = new HttpHeaders();
        headers.putAll(answer.getHeaders());
        headers.put(HttpHeaders.RETRY_AFTER, List.of(RETRY_AFTER_SECONDS));
        return new ResponseEntity<>(answer.getBody(), headers, answer.getStatusCode());
    }

    /** Writes are checked before; so this is a path or a parameter with a character that PostgreSQL can't even compare. */
    @ExceptionHandler(DataIntegrityViolationException.class)
    ResponseEntity<Object> unstorable(DataIntegrityViolationException e) {
        if (e.getMostSpecificCause() instanceof SQLException cause
                && cause.getSQLState().startsWith(DATA_EXCEPTION)) {
            return badParameter("path", "malformed", "holds a character that no identifier has");
        }
        return bug(e);
    }

    /** A bug. The client learns that it is ours; the log says where. */
    @ExceptionHandler(RuntimeException.class)
    ResponseEntity<Object> bug(RuntimeException e) {
        LOG.error("a request failed", e);
        return answer(Answers.problem(
                HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "the service failed; its log says why"));
    }

    private static ResponseEntity<Object> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
