package io.modelhub.catalog.summary;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The summaries of every kind of entity. Without the aggregator there is a 503 that says so, and no figure. */
@RestController
final class SummaryController {

    /** The aggregator needs some seconds to start. */
    private static final String RETRY_AFTER_SECONDS = "2";

    private final SubjectTable subjects;
    private final Summaries summaries;

    SummaryController(SubjectTable subjects, Summaries summaries) {
        this.subjects = subjects;
        this.summaries = summaries;
    }

    /** What a summary shows. */
    private enum View {
        DASHBOARD(Summaries::dashboard),
        USAGE(Summaries::usage),
        COST(Summaries::cost);

        private final BiFunction<Summaries, Question, SummaryView> maker;

        View(BiFunction<Summaries, Question, SummaryView> maker) {
            this.maker = maker;
        }

        /** @param word the end of a summary's path */
        static Optional<View> of(String word) {
            return Stream.of(values())
                    .filter(view -> view.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    @GetMapping("/v1/organizations/{id}/summary/{view}")
    ResponseEntity<Object> ofOrganization(
            @PathVariable String id, @PathVariable String view, @RequestParam Map<String, String> asked) {
        return summary("organization " + id, subjects.organization(id), view, asked);
    }

    @GetMapping("/v1/providers/{slug}/summary/{view}")
    ResponseEntity<Object> ofProvider(
            @PathVariable String slug, @PathVariable String view, @RequestParam Map<String, String> asked) {
        return summary("provider " + slug, subjects.provider(slug), view, asked);
    }

    @GetMapping("/v1/models/{uuid}/summary/{view}")
    ResponseEntity<Object> ofModel(
            @PathVariable UUID uuid, @PathVariable String view, @RequestParam Map<String, String> asked) {
        return summary("model " + uuid, subjects.model(uuid), view, asked);
    }

    @GetMapping("/v1/api-keys/{id}/summary/{view}")
    ResponseEntity<Object> ofApiKey(
            @PathVariable UUID id, @PathVariable String view, @RequestParam Map<String, String> asked) {
        return summary("API key " + id, subjects.apiKey(id), view, asked);
    }

    @GetMapping("/v1/routing-rules/{id}/summary/{view}")
    ResponseEntity<Object> ofRoutingRule(
            @PathVariable UUID id, @PathVariable String view, @RequestParam Map<String, String> asked) {
        return summary("routing rule " + id, subjects.routingRule(id), view, asked);
    }

    private ResponseEntity<Object> summary(
            String what, Optional<Subject> subject, String word, Map<String, String> asked) {
        Optional<View> view = View.of(word);
        if (view.isEmpty()) {
            return Answers.found(Outcome.unknown("summary " + word + "; there are dashboard, usage and cost"));
        }
        if (subject.isEmpty()) {
            return Answers.found(Outcome.unknown(what));
        }
        Question.Reading reading = Question.read(subject.get(), asked, Instant.now());
        return Answers.found(
                reading.problems().isEmpty()
                        ? Outcome.done(view.get().maker.apply(summaries, reading.question()))
                        : Outcome.refused(Refusal.badParameters(reading.problems())));
    }

    @ExceptionHandler
    ResponseEntity<Object> away(Aggregator.UnavailableException e) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .body(Answers.problem(HttpStatus.SERVICE_UNAVAILABLE, "aggregator_unavailable", message(e)));
    }

    @ExceptionHandler
    ResponseEntity<Object> unreadable(Aggregator.UnreadableAnswerException e) {
        return ResponseEntity.status(HttpStatus.BAD_GATEWAY)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Answers.problem(HttpStatus.BAD_GATEWAY, "aggregator_unreadable", message(e)));
    }

    @ExceptionHandler
    ResponseEntity<Object> tooMuch(Aggregator.TooMuchException e) {
        return refused("too_much", e);
    }

    @ExceptionHandler
    ResponseEntity<Object> notKept(Aggregator.NotKeptException e) {
        return refused("not_kept", e);
    }

    private static ResponseEntity<Object> refused(String code, RuntimeException e) {
        return Answers.found(Outcome.invalid(List.of(new FieldProblem("from", code, message(e)))));
    }

    private static String message(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }
}
