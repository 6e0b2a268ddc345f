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
        if (found == null && !explain) {
            search = new Search(customer, request, true);
            found = search.first(table);
        }
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
            if (explains && found != null) {
                passOtherTypes(customer.rules());
                passOtherTypes(table.generalRules());
            }
            return found;
        }

        private Resolution.@Nullable Found firstOf(RuleList list) {
            List<Rule> rules = list.rules();
            // Who explains has something to say of each rule.
            for (int position : explains ? list.all() : list.candidates(request.facts())) {
                Rule rule = rules.get(position);
                if (rule.condition() == null) {
                    pass(rule, RuleReason.CONDITIONS_UNREADABLE, List.of());
                } else if (!rule.condition().holds(request.facts())) {
                    pass(rule, RuleReason.CONDITIONS_DO_NOT_HOLD, List.of());
                } else {
                    List<PassedModel> notChosen = new ArrayList<>(0);
                    List<Option> options = options(rule, notChosen);
                    if (!options.isEmpty()) {
                        pass(RuleReason.AFTER_THE_CHOICE, rules.subList(position + 1, rules.size()));
                        return new Resolution.Found(rule, options, passedOver, notChosen);
                    }
                    pass(rule, RuleReason.NO_ROUTABLE_MODEL, notChosen);
                }
            }
            return null;
        }

        /**
         * The models that can be routed to, in the order of the draw.
         *
         * @param notChosen gets all others, where it is to be explained
         */
        private List<Option> options(Rule rule, List<PassedModel> notChosen) {
            List<Option> options = new ArrayList<>(rule.choices().size());
            for (Choice choice : rule.choices()) {
                Performance measured = rule.looksAtPerformance() ? performance.apply(choice.id()) : Performance.NONE;
                ModelReason reason = reason(rule, choice, measured);
                APIKey key = reason == null ? key(choice) : null;
                if (key != null) {
                    options.add(new Option(choice, key, draw.place(choice)));
                } else if (explains) {
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
            List<KeyChoice.PassedOver> keys = KeyChoice.among(request.organization(), keys(choice), obstacle)
                    .passedOver();
            if (keys.isEmpty()) {
                return ModelReason.NO_KEY;
            }
            return keys.stream().allMatch(key -> key.obstacle() == Obstacle.INACTIVE)
                    ? ModelReason.KEYS_SWITCHED_OFF
                    : ModelReason.KEYS_OVER_QUOTA;
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
                rules.forEach(rule -> pass(rule, reason, List.of()));
            }
        }

        private void pass(Rule rule, RuleReason reason, List<PassedModel> models) {
            if (explains) {
                passedOver.add(reason.of(rule, models));
            }
        }
    }
}
