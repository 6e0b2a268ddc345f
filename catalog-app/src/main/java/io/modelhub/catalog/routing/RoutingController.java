package io.modelhub.catalog.routing;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Reason;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.follow.Followers;
import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.catalog.performance.ModelPerformance;
import io.modelhub.catalog.quota.KeyQuotas;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers from what the topics say, without the database: not before all of it was read. */
@RestController
final class RoutingController {

    private static final String RETRY_AFTER_SECONDS = "1";

    private final Followers followers;
    private final RoutingBook book;
    private final ModelPerformance performance;
    private final Router router;

    RoutingController(Followers followers, RoutingBook book, KeyQuotas quotas, ModelPerformance performance) {
        this.followers = followers;
        this.book = book;
        this.performance = performance;
        this.router = new Router(key -> Obstacle.of(key, quotas.of(key.getId())), performance::of);
    }

    @PostMapping("/v1/routing/resolve")
    ResponseEntity<Object> resolve(@RequestBody Fields fields, @RequestParam(defaultValue = "false") boolean explain) {
        RouteRequest request = RouteRequest.read(fields);
        if (!followers.haveCaughtUp()) {
            return notReady();
        }
        if (!fields.problems().isEmpty()) {
            return Answers.found(Outcome.invalid(fields.problems()));
        }
        Resolution resolution = router.resolve(book.table(), request, explain);
        if (resolution instanceof Resolution.Found found) {
            return ResponseEntity.ok(RouteView.of(found, explain));
        }
        if (resolution instanceof Resolution.NoRoute none) {
            return noRoute(none);
        }
        if (resolution instanceof Resolution.InactiveOrganization) {
            return refused(
                    Reason.ORGANIZATION_INACTIVE,
                    "calls of an inactive organization have no route",
                    List.of(new FieldProblem("organization", "inactive", "is inactive")),
                    Map.of());
        }
        fields.report("organization", "unknown", "there is no such organization");
        return Answers.found(Outcome.invalid(fields.problems()));
    }

    @GetMapping("/v1/models/{uuid}/performance")
    ResponseEntity<Object> performance(@PathVariable UUID uuid) {
        if (!followers.haveCaughtUp()) {
            return notReady();
        }
        String model = book.table().modelIds().get(uuid.toString());
        return model == null
                ? Answers.found(Outcome.unknown("model " + uuid))
                : ResponseEntity.ok(PerformanceView.of(model, performance.measured(model)));
    }

    private static ResponseEntity<Object> noRoute(Resolution.NoRoute none) {
        String detail = none.passedOver().isEmpty()
                ? "there is no rule for such a call"
                : "each rule was passed over, for the reasons given";
        return refused(Reason.NO_ROUTE, detail, List.of(), Map.of("rules", none.passedOver()));
    }

    private static ResponseEntity<Object> notReady() {
        ResponseEntity<Object> refused = refused(
                Reason.ROUTING_NOT_READY,
                "this instance is still reading the catalog's topics; try again",
                List.of(),
                Map.of());
        return ResponseEntity.status(refused.getStatusCode())
                .headers(refused.getHeaders())
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .body(refused.getBody());
    }

    private static ResponseEntity<Object> refused(
            Reason reason, String detail, List<FieldProblem> errors, Map<String, Object> facts) {
        return Answers.refused(Outcome.refused(new Refusal(reason, detail, errors, facts)));
    }
}
