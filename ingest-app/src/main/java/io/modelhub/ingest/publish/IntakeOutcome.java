package io.modelhub.ingest.publish;

import io.modelhub.ingest.check.BrokenRule;
import java.util.List;

/** How taking in a batch of events ended. */
public sealed interface IntakeOutcome {

    /**
     * The broker has every event: the good ones count, the bad ones were set aside.
     *
     * @param accepted number of good events
     * @param problems one for each bad event, in the batch's order
     */
    record Taken(int accepted, List<BadEvent> problems) implements IntakeOutcome {

        public Taken {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The platform could not take all of the batch. The caller sends the whole batch again, with the same event ids, by
     * which the aggregator knows what it has counted.
     *
     * @param cause what is away
     * @param events number of events in the batch
     * @param acknowledged how many good ones the broker is known to have; more may arrive yet
     */
    record Unavailable(Cause cause, int events, int acknowledged) implements IntakeOutcome {}

    /** What could not be reached. */
    enum Cause {
        BROKER,
        REGISTRY
    }

    /**
     * A bad event.
     *
     * @param index its place in the batch, from 0
     * @param brokenRules all of them; not empty
     */
    record BadEvent(int index, List<BrokenRule> brokenRules) {}
}
