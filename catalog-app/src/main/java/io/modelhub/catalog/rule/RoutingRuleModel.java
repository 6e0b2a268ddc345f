package io.modelhub.catalog.rule;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A model that a rule may choose.
 *
 * @param model identifier
 * @param weight its share among the routable models of the rule; positive
 */
@Table("routing_rule_model")
record RoutingRuleModel(
        String model, double weight, @Nullable String notes, List<String> tags) {

    io.modelhub.schema.RoutingRuleModel published() {
        return io.modelhub.schema.RoutingRuleModel.newBuilder()
                .setModel(model)
                .setWeight(weight)
                .setNotes(notes)
                .setTags(tags)
                .build();
    }

    /** {@code openai/gpt-4o weight 2.5}. */
    @Override
    public String toString() {
        return model + " weight "
                + BigDecimal.valueOf(weight).stripTrailingZeros().toPlainString();
    }
}
