package io.modelhub.catalog.rule;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.ModelType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A routing rule as answers show it. */
record RoutingRuleView(
        UUID id,
        @Nullable String organization,
        String name,
        @Nullable String description,
        int priority,
        ModelType modelType,
        @JsonRawValue String conditions,
        @Nullable Double maxErrorRate,
        @Nullable Long maxLatencyP95Ms,
        long minCalls,
        List<ModelView> models,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    record ModelView(String model, double weight, @Nullable String notes, List<String> tags, String displayName) {

        static ModelView of(RoutingRuleModel model) {
            return new ModelView(model.model(), model.weight(), model.notes(), model.tags(), model.toString());
        }
    }

    static RoutingRuleView of(RoutingRule rule) {
        return new RoutingRuleView(
                rule.id(),
                rule.organization(),
                rule.name(),
                rule.description(),
                rule.priority(),
                rule.modelType(),
                rule.conditions(),
                rule.maxErrorRate(),
                rule.maxLatencyP95Ms(),
                rule.minCalls(),
                rule.models().stream().map(ModelView::of).toList(),
                rule.toString(),
                rule.revision(),
                rule.updatedAt());
    }

    @Override
    public String location() {
        return "/v1/routing-rules/" + id;
    }
}
