package io.modelhub.catalog.routing;

import io.modelhub.catalog.condition.Condition;
import io.modelhub.schema.ModelType;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A routing rule, ready to be asked.
 *
 * @param condition null: it can't be read, as a later release wrote it
 * @param maxErrorRate null: no bound
 * @param maxLatencyP95Ms null: no bound
 * @param minCalls with fewer calls a model is not passed over for its performance
 */
record Rule(
        String id,
        String name,
        int priority,
        ModelType modelType,
        @Nullable Condition condition,
        @Nullable Double maxErrorRate,
        @Nullable Long maxLatencyP95Ms,
        long minCalls,
        List<Choice> choices) {

    /** Among the rules of one organization, and among the general ones. */
    static final Comparator<Rule> ORDER =
            Comparator.comparingInt(Rule::priority).thenComparing(Rule::name).thenComparing(Rule::id);

    boolean looksAtPerformance() {
        return maxErrorRate != null || maxLatencyP95Ms != null;
    }
}
