package io.modelhub.catalog.routing;

import java.util.List;

/** What became of a request for a route. */
sealed interface Resolution {

    /**
     * @param options the chosen one, then those to fall back to; at least one
     * @param passedOver the other rules that the caller has; empty unless asked for
     * @param notChosen the chosen rule's other models; empty unless asked for
     */
    record Found(Rule rule, List<Option> options, List<PassedRule> passedOver, List<PassedModel> notChosen)
            implements Resolution {}

    /** @param passedOver every rule for the model type that the caller has */
    record NoRoute(List<PassedRule> passedOver) implements Resolution {}

    record UnknownOrganization() implements Resolution {}

    record InactiveOrganization() implements Resolution {}
}
