package io.modelhub.catalog.answer;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** The HTTP answer to an outcome: RFC 9457 {@code application/problem+json} for each refusal. */
public final class Answers {

    private Answers() {}

    /** An entity comes with its entity tag; Spring makes a 304 of it where the client has it already. */
    public static <T> ResponseEntity<Object> found(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T> done) {
            ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
            return (done.value() instanceof EntityView entity ? answer.eTag(entity.entityTag()) : answer)
                    .body(done.value());
        }
        return refused(outcome);
    }

    public static <T> ResponseEntity<Object> deleted(Outcome<T> outcome) {
        return outcome instanceof Outcome.Done<T> ? ResponseEntity.noContent().build() : refused(outcome);
    }

    public static <T> ResponseEntity<Object> refused(Outcome<T> outcome) {
        Refusal refusal = ((Outcome.Refused<T>) outcome).refusal();
        Refusal.Reason reason = refusal.reason();
        ProblemDetail problem =
                problem(HttpStatusCode.valueOf(reason.status()), reason.code(), reason.title(), refusal.detail());
        if (!refusal.errors().isEmpty()) {
            problem.setProperty("errors", refusal.errors());
        }
        refusal.facts().forEach(problem::setProperty);
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    static ProblemDetail problem(HttpStatusCode status, String code, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:modelhub:problem:" + code));
        problem.setTitle(title);
        problem.setProperty("code", code);
        return problem;
    }

    public static ProblemDetail problem(HttpStatus status, String code, String detail) {
        return problem(status, code, status.getReasonPhrase(), detail);
    }
}
