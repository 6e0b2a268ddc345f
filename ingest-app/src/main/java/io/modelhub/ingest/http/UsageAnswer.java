package io.modelhub.ingest.http;

import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.publish.IntakeOutcome;
import java.util.List;

/**
 * The answer's body.
 *
 * @param problems one for each rejected event, in the request's order
 */
record UsageAnswer(int accepted, int rejected, List<EventProblem> problems) {

    /**
     * Why an event was rejected: its first broken rule, and all of them.
     *
     * @param index the event's place in the array, or among the lines that are not blank; from 0
     */
    record EventProblem(int index, String field, String code, String message, List<BrokenRule> errors) {}

    static UsageAnswer of(IntakeOutcome.Taken taken) {
        List<EventProblem> problems =
                taken.problems().stream().map(UsageAnswer::problem).toList();
        return new UsageAnswer(taken.accepted(), problems.size(), problems);
    }

    private static EventProblem problem(IntakeOutcome.BadEvent bad) {
        BrokenRule first = bad.brokenRules().get(0);
        return new EventProblem(bad.index(), first.field(), first.code(), first.message(), bad.brokenRules());
    }
}
