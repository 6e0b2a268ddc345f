package io.modelhub.catalog.routing;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.modelhub.catalog.key.KeyChoice;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import io.modelhub.schema.RoutingRuleModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as routing needs it, at one moment: who asks leads to the rules in their order, and a rule to its models, each
 * with what is known of it beforehand. Immutable.
 *
 * @param customers by organization
 * @param generalRules by model type, in their order
 * @param modelIds identifiers by UUID
 */
record RoutingTable(
        Map<String, Customer> customers, Map<ModelType, RuleList> generalRules, Map<String, String> modelIds) {

    static final RoutingTable EMPTY = new RoutingTable(Map.of(), Map.of(), Map.of());

    /** Stands for no organization; never the identifier of one. */
    private static final String EVERYONE = "-";

    static RoutingTable of(
            Collection<Organization> organizations,
            Collection<Provider> providers,
            Collection<Model> models,
            Collection<APIKey> apiKeys,
            Collection<ReadRule> readRules) {
        Map<String, Map<String, List<APIKey>>> keys = apiKeys.stream()
                .sorted(KeyChoice.ORDER)
                .collect(groupingBy(key -> owner(key.getOrganization()), groupingBy(APIKey::getProvider)));
        Map<String, List<APIKey>> sharedKeys = keys.getOrDefault(EVERYONE, Map.of());
        Choices choices = new Choices(
                models.stream().collect(toMap(Model::getId, model -> model)),
                providers.stream().collect(toMap(Provider::getSlug, Provider::getStatus)),
                sharedKeys);
        Map<String, Map<ModelType, RuleList>> rules = readRules.stream()
                .collect(groupingBy(
                        rule -> owner(rule.published().getOrganization()),
                        groupingBy(
                                rule -> rule.published().getModelType(), collectingAndThen(toList(), choices::rules))));
        Map<String, Customer> customers = organizations.stream()
                .collect(toMap(
                        Organization::getId,
                        organization -> new Customer(
                                organization.getStatus() == EntityStatus.Active,
                                rules.getOrDefault(organization.getId(), Map.of()),
                                withShared(keys.getOrDefault(organization.getId(), Map.of()), sharedKeys))));
        return new RoutingTable(
                customers,
                rules.getOrDefault(EVERYONE, Map.of()),
                models.stream().collect(toMap(Model::getUuid, Model::getId)));
    }

    private static String owner(@Nullable String organization) {
        return organization == null ? EVERYONE : organization;
    }

    /** Shared keys come last in {@link KeyChoice#ORDER}. */
    private static Map<String, List<APIKey>> withShared(
            Map<String, List<APIKey>> own, Map<String, List<APIKey>> shared) {
        Map<String, List<APIKey>> all = new HashMap<>();
        own.forEach((provider, keys) -> all.put(
                provider,
                Stream.concat(keys.stream(), shared.getOrDefault(provider, List.of()).stream())
                        .toList()));
        return all;
    }

    /** What is known of a model beforehand. */
    private record Choices(
            Map<String, Model> models, Map<String, EntityStatus> providers, Map<String, List<APIKey>> sharedKeys) {

        RuleList rules(List<ReadRule> readRules) {
            return new RuleList(readRules.stream().map(this::rule).toList());
        }

        private Rule rule(ReadRule read) {
            RoutingRule rule = read.published();
            return new Rule(
                    rule.getId(),
                    rule.getName(),
                    rule.getPriority(),
                    rule.getModelType(),
                    read.condition(),
                    rule.getMaxErrorRate(),
                    rule.getMaxLatencyP95Ms(),
                    rule.getMinCalls() == null ? 1 : rule.getMinCalls(),
                    rule.getModels().stream().map(entry -> choice(rule, entry)).toList());
        }

        private Choice choice(RoutingRule rule, RoutingRuleModel entry) {
            Model model = models.get(entry.getModel());
            if (model == null) {
                return new Choice(
                        entry.getModel(), "", "", entry.getWeight(), ModelReason.MODEL_UNKNOWN, List.of(), List.of());
            }
            EntityStatus provider = providers.getOrDefault(model.getProvider(), EntityStatus.Inactive);
            return new Choice(
                    model.getId(),
                    model.getUuid(),
                    model.getProvider(),
                    entry.getWeight(),
                    barred(rule, model, provider),
                    warnings(model, provider),
                    sharedKeys.getOrDefault(model.getProvider(), List.of()));
        }

        private static @Nullable ModelReason barred(RoutingRule rule, Model model, EntityStatus provider) {
            if (model.getStatus() == EntityStatus.Inactive) {
                return ModelReason.MODEL_INACTIVE;
            }
            if (provider == EntityStatus.Inactive) {
                return ModelReason.PROVIDER_INACTIVE;
            }
            return model.getModelType() == rule.getModelType() ? null : ModelReason.OTHER_MODEL_TYPE;
        }

        private static List<Warning> warnings(Model model, EntityStatus provider) {
            List<Warning> warnings = new ArrayList<>();
            if (model.getStatus() == EntityStatus.Deprecated) {
                warnings.add(Warning.MODEL_DEPRECATED);
            }
            if (provider == EntityStatus.Deprecated) {
                warnings.add(Warning.PROVIDER_DEPRECATED);
            }
            return List.copyOf(warnings);
        }
    }
}
