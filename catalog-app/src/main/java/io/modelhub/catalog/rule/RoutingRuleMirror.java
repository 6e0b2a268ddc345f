package io.modelhub.catalog.rule;

import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Routing rules with their models, in the database and on their topic. */
@Component
@Order(4)
final class RoutingRuleMirror implements Mirrored<io.modelhub.schema.RoutingRule> {

    private final RoutingRuleTable rows;
    private final Topic<String, io.modelhub.schema.RoutingRule> topic;

    RoutingRuleMirror(RoutingRuleTable rows, Topics topics) {
        this.rows = rows;
        this.topic = topics.routingRules();
    }

    @Override
    public Topic<String, io.modelhub.schema.RoutingRule> topic() {
        return topic;
    }

    @Override
    public String table() {
        return "routing_rule";
    }

    @Override
    public String keyColumn() {
        return "id";
    }

    @Override
    public Map<String, io.modelhub.schema.RoutingRule> states(Collection<String> keys) {
        return rows.findByIdIn(keys.stream().map(UUID::fromString).toList()).stream()
                .collect(Collectors.toMap(rule -> rule.id().toString(), RoutingRule::published));
    }

    @Override
    public void insert(Collection<io.modelhub.schema.RoutingRule> states) {
        rows.saveAll(states.stream().map(RoutingRuleMirror::row).toList());
    }

    private static RoutingRule row(io.modelhub.schema.RoutingRule state) {
        return new RoutingRule(
                UUID.fromString(state.getId()),
                state.getOrganization(),
                state.getName(),
                state.getDescription(),
                state.getPriority(),
                state.getModelType(),
                state.getConditions(),
                state.getMaxErrorRate(),
                state.getMaxLatencyP95Ms(),
                state.getMinCalls(),
                state.getModels().stream().map(RoutingRuleMirror::choice).toList(),
                0,
                state.getUpdatedAt());
    }

    private static RoutingRuleModel choice(io.modelhub.schema.RoutingRuleModel choice) {
        return new RoutingRuleModel(choice.getModel(), choice.getWeight(), choice.getNotes(), choice.getTags());
    }
}
