package io.modelhub.catalog.routing;

import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.condition.Condition;
import io.modelhub.schema.ModelType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that is to be routed.
 *
 * @param organization slug; null: none
 * @param facts what conditions see of it
 * @param exclude identifiers of models
 * @param seed calls with the same one are routed alike; null: each call by itself
 */
record RouteRequest(
        @Nullable String organization,
        ModelType modelType,
        Map<String, @Nullable Object> facts,
        Set<String> exclude,
        @Nullable String seed) {

    private static final int ATTRIBUTES_LENGTH = 16 * 1024;
    private static final int ATTRIBUTES_DEPTH = 20;
    private static final int MODEL_LENGTH = 256;
    private static final int SEED_LENGTH = 256;

    static RouteRequest read(Fields fields) {
        String organization = fields.has("organization") ? fields.slug("organization") : null;
        ModelType modelType = fields.choice("model_type", Arrays.asList(ModelType.values()), null);
        ObjectNode attributes = fields.object("attributes", ATTRIBUTES_LENGTH);
        if (!isShallow(attributes, ATTRIBUTES_DEPTH)) {
            fields.report("attributes", "depth", "must have at most " + ATTRIBUTES_DEPTH + " levels");
        }
        String session = fields.inside("attributes", attributes).token("session", SEED_LENGTH);
        String seed = fields.token("seed", SEED_LENGTH);
        return new RouteRequest(
                organization,
                modelType,
                Condition.facts(organization, modelType.name(), Condition.plain(attributes)),
                Set.copyOf(fields.words("exclude", MODEL_LENGTH)),
                seed == null ? session : seed);
    }

    private static boolean isShallow(JsonNode node, int levels) {
        return levels > 0 ? node.valueStream().allMatch(child -> isShallow(child, levels - 1)) : node.isEmpty();
    }
}
