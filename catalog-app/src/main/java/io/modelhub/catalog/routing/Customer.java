package io.modelhub.catalog.routing;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.ModelType;
import java.util.List;
import java.util.Map;

/**
 * Who asks for a route.
 *
 * @param rules its own ones by model type, in their order
 * @param keys for each provider that it has keys of its own for: these and the shared ones, in the order in which they are tried
 */
record Customer(boolean isActive, Map<ModelType, RuleList> rules, Map<String, List<APIKey>> keys) {

    /** A call of no organization: it has the general rules and the shared keys. */
    static final Customer NOBODY = new Customer(true, Map.of(), Map.of());
}
