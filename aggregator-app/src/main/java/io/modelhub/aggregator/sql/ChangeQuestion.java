package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.Change;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a push query asks of each change: the same for all who send the same statement.
 *
 * @param statement with question marks in the place of its literals, which the plan is of
 * @param constants the literals
 * @param finalOnly whether only rows are told that can't change any more
 */
record ChangeQuestion(String statement, Plan plan, Constants constants, boolean finalOnly) {

    StoreScan scan() {
        return plan.scans().get(0);
    }

    /** What the first column must be one of; empty: anything. */
    Optional<Set<String>> subjects() {
        return scan().narrowing(constants).texts(scan().store().columns().get(0).name());
    }

    /** For one thread at a time. */
    Asked asked(Clock clock) {
        return new Asked(new Tap(plan, constants, clock), finalOnly);
    }

    /** Statements that differ in nothing are one. The plan follows from the statement. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeQuestion question
                && statement.equals(question.statement)
                && literals().equals(question.literals())
                && finalOnly == question.finalOnly;
    }

    @Override
    public int hashCode() {
        return statement.hashCode() + literals().hashCode();
    }

    /** The first parameter is the moment. */
    private List<? extends @Nullable Object> literals() {
        return constants.parameters().subList(1, constants.parameters().size());
    }

    /** The question, asked of one change after the other. */
    record Asked(Tap tap, boolean finalOnly) {

        /**
         * The answer; null where there is none.
         *
         * @throws RuntimeException a value can't be computed, as the engine's other statements throw it
         */
        @Nullable
        Change of(ChangedRow row) {
            if (finalOnly && !row.isFinal()) {
                return null;
            }
            List<@Nullable Object> passed = tap.passed(row.values());
            return passed == null ? null : new Change(row.partition(), row.offset(), SqlJson.bytes(passed));
        }
    }
}
