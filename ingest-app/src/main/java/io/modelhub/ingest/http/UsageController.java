package io.modelhub.ingest.http;

import io.modelhub.ingest.publish.IntakeOutcome;
import io.modelhub.ingest.publish.UsageIntake;
import io.modelhub.ingest.run.IngestSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/usage}. The request's thread is free while the broker's acknowledgements are awaited: an outage of the broker
 * must not take the threads that health checks need.
 */
@RestController
final class UsageController {

    private static final String WAY_IN = "http";

    private final BodyReceiver receiver;
    private final UsageReader reader;
    private final UsageIntake intake;
    private final Duration retryAfter;

    UsageController(IngestSettings settings, UsageIntake intake) {
        IngestSettings.Limits limits = settings.limits();
        this.receiver = new BodyReceiver((int) limits.bodySize().toBytes());
        this.reader = new UsageReader(limits.events());
        this.intake = intake;
        this.retryAfter = settings.publish().retryAfter();
    }

    @PostMapping("/v1/usage")
    CompletableFuture<ResponseEntity<Object>> take(HttpServletRequest request) throws IOException {
        ReceivedBody received = receiver.receive(request);
        if (received instanceof ReceivedBody.Whole whole) {
            UsageBody body = reader.read(whole);
            return body instanceof UsageBody.Events batch
                    ? intake.take(batch.events(), WAY_IN).thenApply(this::answer)
                    : refused((Refusal) body);
        }
        return refused((Refusal) received);
    }

    private ResponseEntity<Object> answer(IntakeOutcome outcome) {
        if (outcome instanceof IntakeOutcome.Taken taken) {
            return taken.accepted() > 0 ? accepted(UsageAnswer.of(taken)) : noneAccepted(UsageAnswer.of(taken));
        }
        return unavailable((IntakeOutcome.Unavailable) outcome);
    }

    private static ResponseEntity<Object> accepted(UsageAnswer answer) {
        return ResponseEntity.accepted().contentType(MediaType.APPLICATION_JSON).body(answer);
    }

    private static ResponseEntity<Object> noneAccepted(UsageAnswer answer) {
        ProblemDetail problem = Problems.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "no_event_accepted", "every event of the request breaks a rule");
        problem.setProperty("accepted", answer.accepted());
        problem.setProperty("rejected", answer.rejected());
        problem.setProperty("problems", answer.problems());
        return Problems.answer(problem, HttpHeaders.EMPTY);
    }

    private ResponseEntity<Object> unavailable(IntakeOutcome.Unavailable outcome) {
        boolean isBroker = outcome.cause() == IntakeOutcome.Cause.BROKER;
        ProblemDetail problem = Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                isBroker ? "broker_unavailable" : "registry_unavailable",
                "%s; send the whole request again with the same event_ids, by which what was stored already can be known"
                        .formatted(
                                isBroker
                                        ? "the message broker did not acknowledge every event in time"
                                        : "the schema registry does not answer"));
        problem.setProperty("events", outcome.events());
        problem.setProperty("acknowledged", outcome.acknowledged());
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(retryAfter.toSeconds()));
        return Problems.answer(problem, headers);
    }

    private static CompletableFuture<ResponseEntity<Object>> refused(Refusal refusal) {
        ProblemDetail problem = Problems.of(refusal.status(), refusal.code(), refusal.detail());
        return CompletableFuture.completedFuture(Problems.answer(problem, HttpHeaders.EMPTY));
    }
}
