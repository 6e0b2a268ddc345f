package io.modelhub.catalog.routing;

import io.modelhub.catalog.condition.Condition;
import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.catalog.performance.Performance;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import io.modelhub.schema.RoutingRuleModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a route costs among 1,000 rules and 500 models: 20 providers with a shared key each, 100 organizations with three keys
 * each, five models to a rule, conditions on two or three attributes, bounds of performance on each rule.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResolveBenchmark {

    private static final int RULES = 1_000;
    private static final int MODELS = 500;
    private static final int PROVIDERS = 20;
    private static final int ORGANIZATIONS = 100;
    private static final int MODELS_OF_A_RULE = 5;
    private static final Instant AT = Instant.EPOCH;

    /** The rules spread over the organizations and the model types; a tenth of them are general. */
    private final RoutingTable spread =
            table(rule -> rule % 10 == 0 ? null : organization(rule), rule -> rule % 5, ResolveBenchmark::conditions);

    /** Every rule is one organization's, for one type, and only the last one's conditions hold. */
    private final RoutingTable crowded = table(rule -> organization(0), rule -> 0, ResolveBenchmark::conditions);

    /** The same, with conditions that no index helps: a comparison of numbers, each false but the last one's. */
    private final RoutingTable unindexed = table(
            rule -> organization(0),
            rule -> 0,
            rule -> "{\"<\":[" + (2_198 - rule) + ",{\"var\":\"attributes.prompt_tokens\"},4000]}");

    /** The same, and every rule holds. */
    private final RoutingTable open = table(rule -> organization(0), rule -> 0, rule -> "{}");

    private final RouteRequest typical = request(organization(5), "tier-405", 1_200, Set.of());
    private final RouteRequest last = request(organization(0), "tier-" + (RULES - 1), 1_200, Set.of());
    private final RouteRequest nothing = request(organization(0), "no such tier", 1_000, Set.of());
    private final RouteRequest nowhere = request(
            organization(0),
            "no such tier",
            1_000,
            IntStream.range(0, MODELS).mapToObj(ResolveBenchmark::modelId).collect(Collectors.toSet()));

    private final Performance healthy = new Performance(1_000, 0.01, 400.0, 900.0, 1_500.0);
    private final Map<String, Boolean> disabled = new HashMap<>();
    private final Router router = new Router(this::obstacle, model -> healthy);

    private interface OwnerOfRule {
        @Nullable
        String of(int rule);
    }

    private interface ConditionsOfRule {
        String of(int rule);
    }

    private interface TypeOfRule {
        int of(int rule);
    }

    private Optional<Obstacle> obstacle(APIKey key) {
        if (!key.getIsActive()) {
            return Optional.of(Obstacle.INACTIVE);
        }
        return disabled.containsKey(key.getId()) ? Optional.of(Obstacle.QUOTA_REACHED) : Optional.empty();
    }

    /** The fifth of the ten rules that the organization has for the type; the draw of five models is in it. */
    @Benchmark
    public Object typicalSpread() {
        return router.resolve(spread, typical, false);
    }

    /** 999 conditions that don't hold, each evaluated, then the one that does. */
    @Benchmark
    public Object onlyTheLastOf1000HoldsAndNoIndexHelps() {
        return router.resolve(unindexed, last, false);
    }

    /** 999 rules that require another text, then the one that holds. */
    @Benchmark
    public Object onlyTheLastOf1000Holds() {
        return router.resolve(crowded, last, false);
    }

    /** No route, and the answer says of each rule why. */
    @Benchmark
    public Object noneOf1000Holds() {
        return router.resolve(crowded, nothing, false);
    }

    /** No route, each of the conditions evaluated. */
    @Benchmark
    public Object noneOf1000HoldsAndNoIndexHelps() {
        return router.resolve(unindexed, nothing, false);
    }

    /** No route: each rule holds, and the answer says of each of its five models why there is none. */
    @Benchmark
    public Object allOf1000HoldAndTheirModelsAreExcluded() {
        return router.resolve(open, nowhere, false);
    }

    private static String organization(int number) {
        return "organization-" + number % ORGANIZATIONS;
    }

    private static String modelId(int number) {
        return "provider-" + number % PROVIDERS + "/model-" + number;
    }

    private static RouteRequest request(String organization, String tier, double promptTokens, Set<String> exclude) {
        Map<String, @Nullable Object> attributes = new HashMap<>();
        attributes.put("tier", tier);
        attributes.put("prompt_tokens", promptTokens);
        attributes.put("tags", List.of("batch", "eu"));
        attributes.put("session", "d3b07384-d9a0-4c9b-8f3e-0a1b2c3d4e5f");
        return new RouteRequest(
                organization,
                ModelType.Text,
                Condition.facts(organization, "Text", attributes),
                exclude,
                "d3b07384-d9a0-4c9b-8f3e-0a1b2c3d4e5f");
    }

    private static RoutingTable table(OwnerOfRule owner, TypeOfRule type, ConditionsOfRule conditions) {
        Random random = new Random(1);
        return RoutingTable.of(
                IntStream.range(0, ORGANIZATIONS)
                        .mapToObj(ResolveBenchmark::publishedOrganization)
                        .toList(),
                IntStream.range(0, PROVIDERS)
                        .mapToObj(ResolveBenchmark::provider)
                        .toList(),
                IntStream.range(0, MODELS).mapToObj(ResolveBenchmark::model).toList(),
                keys(),
                IntStream.range(0, RULES)
                        .mapToObj(rule ->
                                ReadRule.of(rule(rule, owner.of(rule), type.of(rule), conditions.of(rule), random)))
                        .toList());
    }

    private static Organization publishedOrganization(int number) {
        return Organization.newBuilder()
                .setId(organization(number))
                .setName(organization(number))
                .setTimeZone("UTC")
                .setStatus(EntityStatus.Active)
                .setRevision(1)
                .setUpdatedAt(AT)
                .build();
    }

    private static Provider provider(int number) {
        return Provider.newBuilder()
                .setSlug("provider-" + number)
                .setName("Provider " + number)
                .setStatus(EntityStatus.Active)
                .setConfig("{}")
                .setRevision(1)
                .setUpdatedAt(AT)
                .build();
    }

    private static Model model(int number) {
        return Model.newBuilder()
                .setId(modelId(number))
                .setUuid(uuid("model " + number))
                .setProvider("provider-" + number % PROVIDERS)
                .setName("model-" + number)
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setRevision(1)
                .setUpdatedAt(AT)
                .build();
    }

    private static List<APIKey> keys() {
        List<APIKey> keys = new ArrayList<>();
        for (int provider = 0; provider < PROVIDERS; provider++) {
            keys.add(key("shared " + provider, null, provider));
        }
        for (int organization = 0; organization < ORGANIZATIONS; organization++) {
            for (int provider = 0; provider < 3; provider++) {
                keys.add(key(organization + " " + provider, organization(organization), provider));
            }
        }
        return keys;
    }

    private static APIKey key(String label, @Nullable String organization, int provider) {
        return APIKey.newBuilder()
                .setId(uuid("key " + label))
                .setOrganization(organization)
                .setProvider("provider-" + provider)
                .setLabel(label)
                .setIsDefault(true)
                .setIsActive(true)
                .setRevision(1)
                .setUpdatedAt(AT)
                .build();
    }

    private static RoutingRule rule(
            int number, @Nullable String organization, int type, String conditions, Random random) {
        List<RoutingRuleModel> models = random.ints(0, MODELS)
                .distinct()
                .limit(MODELS_OF_A_RULE)
                .mapToObj(model -> RoutingRuleModel.newBuilder()
                        .setModel(modelId(model))
                        .setWeight(1 + random.nextInt(9))
                        .build())
                .toList();
        return RoutingRule.newBuilder()
                .setId(uuid("rule " + number))
                .setOrganization(organization)
                .setName("%04d".formatted(number))
                .setPriority(1 + number * 100 / RULES)
                .setModelType(ModelType.values()[type])
                .setConditions(conditions)
                .setMaxErrorRate(0.2)
                .setMaxLatencyP95Ms(20_000L)
                .setMinCalls(20L)
                .setModels(models)
                .setRevision(1)
                .setUpdatedAt(AT)
                .build();
    }

    /** Of three shapes; each holds for one tier alone. */
    private static String conditions(int number) {
        String tier = "{\"==\":[{\"var\":\"attributes.tier\"},\"tier-" + number + "\"]}";
        return switch (number % 3) {
            case 0 -> tier;
            case 1 -> "{\"and\":[{\"<\":[0,{\"var\":\"attributes.prompt_tokens\"},4000]}," + tier + "]}";
            default ->
                "{\"and\":[{\"in\":[\"eu\",{\"var\":\"attributes.tags\"}]},"
                        + "{\">=\":[{\"var\":\"attributes.prompt_tokens\"},100]}," + tier + "]}";
        };
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
