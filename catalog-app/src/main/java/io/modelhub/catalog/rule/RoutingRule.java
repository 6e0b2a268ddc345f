package io.modelhub.catalog.rule;

import io.modelhub.schema.ModelType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Which model a call should go to.
 *
 * @param organization slug; null: it is for every organization
 * @param priority 1 (first) to 100
 * @param conditions a JsonLogic expression; an empty object: it always holds
 * @param maxErrorRate a model that fails more often is passed over, 0 to 1; null: no bound
 * @param maxLatencyP95Ms a model that is slower is passed over; null: no bound
 * @param minCalls with fewer calls a model is not passed over for its performance
 * @param models each once, in the order in which they were sent
 * @param revision counts the writes, from 1; 0: not stored yet
 */
@Table("routing_rule")
record RoutingRule(
        @Id UUID id,
        @Nullable String organization,
        String name,
        @Nullable String description,
        int priority,
        ModelType modelType,
        String conditions,
        @Nullable Double maxErrorRate,
        @Nullable Long maxLatencyP95Ms,
        long minCalls,

        @MappedCollection(idColumn = "rule", keyColumn = "position")
        List<RoutingRuleModel> models,

        @Version long revision,
        Instant updatedAt) {

    io.modelhub.schema.RoutingRule published() {
        return io.modelhub.schema.RoutingRule.newBuilder()
                .setId(id.toString())
                .setOrganization(organization)
                .setName(name)
                .setDescription(description)
                .setPriority(priority)
                .setModelType(modelType)
                .setConditions(conditions)
                .setMaxErrorRate(maxErrorRate)
                .setMaxLatencyP95Ms(maxLatencyP95Ms)
                .setMinCalls(minCalls)
                .setModels(models.stream().map(RoutingRuleModel::published).toList())
                .setRevision(revision)
                .setUpdatedAt(updatedAt)
                .build();
    }

    /** {@code 10 Long prompts (acme, Text)}; without an organization {@code (every organization, Text)}. */
    @Override
    public String toString() {
        return "%d %s (%s, %s)"
                .formatted(priority, name, organization == null ? "every organization" : organization, modelType);
    }
}
