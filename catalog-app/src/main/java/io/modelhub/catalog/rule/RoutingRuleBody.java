package io.modelhub.catalog.rule;

import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.condition.Condition;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a request says of a routing rule. */
record RoutingRuleBody(
        @Nullable String organization,
        String name,
        @Nullable String description,
        int priority,
        ModelType modelType,
        String conditions,
        @Nullable Double maxErrorRate,
        @Nullable Long maxLatencyP95Ms,
        long minCalls,
        List<RoutingRuleModel> models) {

    private static final int FIRST = 1;
    private static final int LAST = 100;
    private static final int CONDITIONS_LENGTH = 16 * 1024;

    /** Twelve orders of magnitude apart at most: the sum of a hundred is exact enough, and none vanishes beside another. */
    private static final BigDecimal LEAST_WEIGHT = new BigDecimal("0.000001");

    private static final BigDecimal MOST_WEIGHT = new BigDecimal("1000000");

    /** A day: no call takes longer. */
    private static final long LONGEST_LATENCY_MS = 86_400_000;

    private static final long MOST_CALLS = 1_000_000_000;

    /** One failure among fewer calls is a larger share than a bound means. */
    private static final long MIN_CALLS = 20;

    private static final int MODEL_LENGTH = 256;

    static RoutingRuleBody read(Fields fields) {
        Long priority = fields.wholeNumber("priority", FIRST, LAST);
        if (!fields.has("priority")) {
            fields.report("priority", "required", "is required");
        }
        Long minCalls = fields.wholeNumber("min_calls", 1, MOST_CALLS);
        return new RoutingRuleBody(
                fields.has("organization") ? fields.slug("organization") : null,
                fields.requiredText("name", 200),
                fields.text("description", 2000),
                priority == null ? FIRST : priority.intValue(),
                fields.choice("model_type", Arrays.asList(ModelType.values()), null),
                conditions(fields),
                fields.number("max_error_rate", BigDecimal.ZERO, BigDecimal.ONE),
                fields.wholeNumber("max_latency_p95_ms", 1, LONGEST_LATENCY_MS),
                minCalls == null ? MIN_CALLS : minCalls,
                models(fields));
    }

    private static String conditions(Fields fields) {
        ObjectNode expression = fields.object("conditions", CONDITIONS_LENGTH);
        for (Condition.Problem problem : Condition.read(expression).problems()) {
            String at = problem.at().isEmpty() ? "conditions" : "conditions." + problem.at();
            fields.report(at, problem.code(), problem.message());
        }
        return expression.toString();
    }

    /** One for each object that was sent, so that an index is that of the body. */
    private static List<RoutingRuleModel> models(Fields fields) {
        List<RoutingRuleModel> models = new ArrayList<>();
        Set<String> before = new HashSet<>();
        for (Fields entry : fields.requiredObjects("models")) {
            // As answers show it.
            entry.ignore(List.of("display_name"));
            String model = entry.word("model", MODEL_LENGTH);
            if (!model.isEmpty() && !before.add(model)) {
                entry.report("model", "duplicate", "stands in the rule already");
            }
            Double weight = entry.number("weight", LEAST_WEIGHT, MOST_WEIGHT);
            if (!entry.has("weight")) {
                entry.report("weight", "required", "is required");
            }
            models.add(new RoutingRuleModel(
                    model, weight == null ? 1 : weight, entry.text("notes", 2000), entry.words("tags", 64)));
        }
        return models;
    }

    /** @param revision of the stored one; 0: it is new */
    RoutingRule rule(UUID id, long revision, Instant at) {
        return new RoutingRule(
                id,
                organization,
                name,
                description,
                priority,
                modelType,
                conditions,
                maxErrorRate,
                maxLatencyP95Ms,
                minCalls,
                models,
                revision,
                at);
    }
}
