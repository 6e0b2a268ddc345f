package io.modelhub.catalog.routing;

import io.modelhub.catalog.condition.Condition;
import io.modelhub.schema.RoutingRule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rule as it was published, its conditions compiled.
 *
 * @param condition null: they can't be read, as a later release wrote them; the rule is passed over
 */
record ReadRule(RoutingRule published, @Nullable Condition condition) {

    private static final Logger LOG = LoggerFactory.getLogger(ReadRule.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    static ReadRule of(RoutingRule published) {
        return new ReadRule(published, condition(published));
    }

    private static @Nullable Condition condition(RoutingRule published) {
        try {
            Condition.Reading reading = Condition.read(JSON.readValue(published.getConditions(), ObjectNode.class));
            if (reading.problems().isEmpty()) {
                return reading.condition();
            }
            LOG.warn("routing rule {} is passed over: {}", published.getId(), reading.problems());
        } catch (JacksonException e) {
            LOG.warn("routing rule {} is passed over: its conditions are no JSON object", published.getId());
        }
        return null;
    }
}
