package io.modelhub.aggregator.api;

import io.modelhub.aggregator.cluster.TooManyWindowsException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every failure as RFC 9457 {@code application/problem+json} with a stable type and code. */
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badParameters(BadParameters.BadParametersException e) {
        ProblemDetail problem =
                problem(HttpStatus.BAD_REQUEST, "bad_parameters", "Parameters are wrong", e.getMessage());
        problem.setProperty("errors", e.errors());
        return ResponseEntity.of(problem).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notFound(NotFoundException e) {
        ProblemDetail problem = problem(HttpStatus.NOT_FOUND, "not_found", "Not found", e.getMessage());
        problem.setProperty("field", e.field());
        return ResponseEntity.of(problem).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooMany(TooManyWindowsException e) {
        return ResponseEntity.of(problem(
                        HttpStatus.UNPROCESSABLE_CONTENT, "too_many_windows", "Too many windows", e.getMessage()))
                .build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notReady(Answers.NotReadyException e) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, Long.toString(e.retryAfter().toSeconds()))
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, "not_ready", "Not ready", e.getMessage()));
    }

    /** A bug: logged here, without details to the client. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> bug(RuntimeException e) {
        LOG.error("A request failed", e);
        return ResponseEntity.of(problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "The aggregator failed",
                        "this is a fault of the aggregator; its log says more"))
                .build();
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = e.getParameterName();
        return handleExceptionInternal(
                e, badParameter(field, "missing", field + " is required"), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = String.valueOf(e.getPropertyName());
        return handleExceptionInternal(
                e, badParameter(field, "malformed", field + " has a wrong value"), headers, status, request);
    }

    /** What Spring itself refuses (an unknown path, a wrong method) gets a type and a code, too. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> answer = super.handleExceptionInternal(e, body, headers, status, request);
        if (answer != null && answer.getBody() instanceof ProblemDetail problem && problem.getProperties() == null) {
            String code = status.value() == 404 ? "not_found" : "http_" + status.value();
            problem.setType(type(code));
            problem.setProperty("code", code);
        }
        return answer;
    }

    private static ProblemDetail badParameter(String field, String code, String message) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "bad_parameters", "Parameters are wrong", message);
        problem.setProperty("errors", List.of(new BadParameters.BadParameter(field, code, message)));
        return problem;
    }

    private static ProblemDetail problem(HttpStatus status, String code, String title, @Nullable String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        problem.setType(type(code));
        problem.setProperty("code", code);
        return problem;
    }

    private static URI type(String code) {
        return URI.create("urn:modelhub:problem:" + code);
    }
}
