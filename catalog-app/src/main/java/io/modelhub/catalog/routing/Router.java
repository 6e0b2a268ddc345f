package io.modelhub.catalog.routing;

import io.modelhub.catalog.key.KeyChoice;
import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.catalog.performance.Performance;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.ModelType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a call: the first rule whose conditions hold and that has a model to route to, the caller's own rules
 * before the general ones. A function of its arguments and of what the two sources say.
 *
 * @param obstacle what stands in the way of an API key
 * @param performance of a model, by its identifier
 */
record Router(Function<APIKey, Optional<Obstacle>> obstacle, Function<String, Performance> performance) {

    private static final Comparator<Option> BY_PLACE = Comparator.comparingDouble(Option::place);

    /** @param explain say why every other rule and model was passed over; where there is no route, that is said anyway */
    Resolution resolve(RoutingTable table, RouteRequest request, boolean explain) {
        Customer customer = request.organization() == null
                ? Customer.NOBODY
                : table.customers().get(request.organization());
        if (customer == null) {
            return new Resolution.UnknownOrganization();
        }
        if (!customer.isActive()) {
            return new Resolution.InactiveOrganization();
        }
        Search search = new Search(customer, request, explain);
        Resolution.Found found = search.first(table);
        return found == null ? new Resolution.NoRoute(search.passedOver) : found;
    }

    /** One search through the rules that a caller has. */
    private final class Search {

        private final Customer customer;
        private final RouteRequest request;
        private final boolean explains;
        private final Draw draw;
        private final List<PassedRule> passedOver = new ArrayList<>();

        Search(Customer customer, RouteRequest request, boolean explains) {
            this.customer = customer;
            this.request = request;
            this.explains = explains;
            this.draw = request.seed() == null ? Draw.random() : Draw.of(request.seed());
        }

        Resolution.@Nullable Found first(RoutingTable table) {
            RuleList own = customer.rules().getOrDefault(request.modelType(), RuleList.EMPTY);
            RuleList general = table.generalRules().getOrDefault(request.modelType(), RuleList.EMPTY);
            Resolution.Found found = firstOf(own);
            if (found == null) {
                found = firstOf(general);
            } else {
                pass(RuleReason.AFTER_THE_CHOICE, general.rules());
            }
            if (found != null) {
                passOtherTypes(customer.rules());
                passOtherTypes(table.generalRules());
            }
            return found;
        }

        /** Notes what it passes over on the way: where there is no route, that is the answer, and nothing is evaluated again. */
        private Resolution.@Nullable Found firstOf(RuleList list) {
            List<Rule> rules = list.rules();
            int next = 0;
            for (int position : list.candidates(request.facts())) {
                Rule rule = rules.get(position);
                if (rule.condition() != null && !rule.condition().holds(request.facts())) {
                    continue;
                }
                List<PassedModel> notChosen = new ArrayList<>(rule.choices().size());
                List<Option> options = rule.condition() == null ? List.of() : options(rule, notChosen);
                if (!options.isEmpty() && !explains) {
                    return new Resolution.Found(rule, options, List.of(), List.of());
                }
                passedOver.addAll(list.notHolding(next, position));
                next = position + 1;
                if (!options.isEmpty()) {
                    pass(RuleReason.AFTER_THE_CHOICE, rules.subList(next, rules.size()));
                    return new Resolution.Found(rule, options, passedOver, notChosen);
                }
                RuleReason reason =
                        rule.condition() == null ? RuleReason.CONDITIONS_UNREADABLE : RuleReason.NO_ROUTABLE_MODEL;
                passedOver.add(reason.of(rule, notChosen));
            }
            passedOver.addAll(list.notHolding(next, rules.size()));
            return null;
        }

        /**
         * The models that can be routed to, in the order of the draw.
         *
         * @param notChosen gets those that can't; where the choice is to be explained, those that were not drawn first too
         */
        private List<Option> options(Rule rule, List<PassedModel> notChosen) {
            List<Option> options = new ArrayList<>(rule.choices().size());
            for (Choice choice : rule.choices()) {
                Performance measured = rule.looksAtPerformance() ? performance.apply(choice.id()) : Performance.NONE;
                ModelReason reason = reason(rule, choice, measured);
                APIKey key = reason == null ? key(choice) : null;
                if (key != null) {
                    options.add(new Option(choice, key, draw.place(choice)));
                } else {
                    notChosen.add((reason == null ? keyReason(choice) : reason).of(rule, choice, measured));
                }
            }
            options.sort(BY_PLACE);
            if (explains) {
                options.stream()
                        .skip(1)
                        .forEach(option ->
                                notChosen.add(ModelReason.LOST_THE_DRAW.of(rule, option.choice(), Performance.NONE)));
            }
            return options;
        }

        private @Nullable ModelReason reason(Rule rule, Choice choice, Performance measured) {
            if (request.exclude().contains(choice.id())) {
                return ModelReason.EXCLUDED;
            }
            if (choice.barred() != null) {
                return choice.barred();
            }
            if (measured.requests() < rule.minCalls()) {
                return null;
            }
            if (isAbove(measured.errorRate(), rule.maxErrorRate())) {
                return ModelReason.ERROR_RATE_TOO_HIGH;
            }
            return isAbove(measured.latencyP95Ms(), rule.maxLatencyP95Ms()) ? ModelReason.LATENCY_TOO_HIGH : null;
        }

        private static boolean isAbove(@Nullable Double measured, @Nullable Number bound) {
            return measured != null && bound != null && measured > bound.doubleValue();
        }

        /** The first one that nothing stands in the way of; {@link KeyChoice} would sort them again each time. */
        private @Nullable APIKey key(Choice choice) {
            for (APIKey key : keys(choice)) {
                if (obstacle.apply(key).isEmpty()) {
                    return key;
                }
            }
            return null;
        }

        private List<APIKey> keys(Choice choice) {
            return customer.keys().getOrDefault(choice.provider(), choice.sharedKeys());
        }

        private ModelReason keyReason(Choice choice) {
            List<APIKey> keys = keys(choice);
            if (keys.isEmpty()) {
                return ModelReason.NO_KEY;
            }
            return keys.stream().anyMatch(APIKey::getIsActive)
                    ? ModelReason.KEYS_OVER_QUOTA
                    : ModelReason.KEYS_SWITCHED_OFF;
        }

        private void passOtherTypes(Map<ModelType, RuleList> rules) {
            rules.forEach((type, others) -> {
                if (type != request.modelType()) {
                    pass(RuleReason.OTHER_MODEL_TYPE, others.rules());
                }
            });
        }

        private void pass(RuleReason reason, List<Rule> rules) {
            if (explains) {
                rules.forEach(rule -> passedOver.add(reason.of(rule, List.of())));
            }
        }
    }
}
