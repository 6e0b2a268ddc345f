package io.modelhub.catalog.routing;

import static io.modelhub.catalog.routing.TestCatalog.published;
import static io.modelhub.catalog.routing.TestCatalog.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.Seeded;
import io.modelhub.catalog.condition.Condition;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouterTest {

    private static final EntityStatus ACTIVE = EntityStatus.Active;
    private static final String ALWAYS = "{}";
    private static final String NEVER = "{\"==\":[{\"var\":\"attributes.tier\"},\"silver\"]}";
    private static final String GOLD = "{\"==\":[{\"var\":\"attributes.tier\"},\"gold\"]}";

    /** One organization, one provider with a shared key, two models. */
    private static TestCatalog catalog() {
        return new TestCatalog()
                .organization("acme", ACTIVE)
                .provider("openai", ACTIVE)
                .model("openai/a", ACTIVE)
                .model("openai/b", ACTIVE)
                .key("shared", null, "openai");
    }

    private static Resolution.Found found(Resolution resolution) {
        assertThat(resolution).isInstanceOf(Resolution.Found.class);
        return (Resolution.Found) resolution;
    }

    private static String chosenRule(TestCatalog catalog, RouteRequest request) {
        return found(catalog.resolve(request)).rule().name();
    }

    private static List<String> passedOver(List<PassedRule> rules) {
        return rules.stream()
                .map(rule -> rule.rule().name() + " " + rule.code())
                .toList();
    }

    /** Why the models of a rule that holds always, with the models a and b, were passed over. */
    private static List<String> reasons(TestCatalog catalog, RouteRequest request) {
        Resolution resolution =
                catalog.rule("only", null, 1, ALWAYS, "openai/a", "openai/b").resolve(request);
        List<PassedModel> models = resolution instanceof Resolution.NoRoute none
                ? none.passedOver().get(0).models()
                : found(resolution).notChosen();
        return models.stream().map(model -> model.model() + " " + model.code()).toList();
    }

    @Test
    void anOrganizationsOwnRulesComeBeforeTheGeneralOnesWhateverTheirPriority() {
        TestCatalog catalog =
                catalog().rule("general", null, 1, ALWAYS, "openai/a").rule("own", "acme", 100, ALWAYS, "openai/b");

        assertThat(chosenRule(catalog, request("acme", null))).isEqualTo("own");
        assertThat(chosenRule(catalog, request(null, null))).isEqualTo("general");
    }

    @Test
    void rulesComeByPriorityThenByName() {
        TestCatalog catalog = catalog()
                .rule("z", "acme", 10, ALWAYS, "openai/a")
                .rule("b", "acme", 5, ALWAYS, "openai/a")
                .rule("a", "acme", 5, NEVER, "openai/a")
                .rule("first", "acme", 1, NEVER, "openai/a");

        Resolution.Found found = found(catalog.resolve(request("acme", null)));

        assertThat(found.rule().name()).isEqualTo("b");
        assertThat(passedOver(found.passedOver()))
                .containsExactly("first conditions_do_not_hold", "a conditions_do_not_hold", "z after_the_choice");
    }

    @Test
    void theFirstRuleWhoseConditionsHoldAndThatHasARoutableModelWins() {
        TestCatalog catalog = catalog()
                .organization("other", ACTIVE)
                .model("openai/off", EntityStatus.Inactive)
                .rule("not of the caller", "other", 1, ALWAYS, "openai/a")
                .rule("does not hold", "acme", 1, NEVER, "openai/a")
                .rule("has no model", "acme", 2, GOLD, "openai/off")
                .rule("holds", null, 50, GOLD, "openai/a")
                .rule("too late", null, 60, ALWAYS, "openai/b");

        Resolution.Found found = found(catalog.resolve(request("acme", null)));

        assertThat(found.rule().name()).isEqualTo("holds");
        assertThat(found.options().get(0).choice().id()).isEqualTo("openai/a");
        assertThat(passedOver(found.passedOver()))
                .containsExactly(
                        "does not hold conditions_do_not_hold",
                        "has no model no_routable_model",
                        "too late after_the_choice");
        assertThat(found.passedOver().get(1).models())
                .containsExactly(new PassedModel("openai/off", "model_inactive", "the model is inactive"));
    }

    @Test
    void rulesForAnotherModelTypeOrOfALaterReleaseArePassedOver() {
        TestCatalog catalog = catalog()
                .model("openai/draw", ModelType.Image, ACTIVE)
                .rule(published("images", null, 1, ALWAYS, "openai/draw")
                        .setModelType(ModelType.Image)
                        .build())
                .rule("newer", null, 1, "{\"new_operator\":[1]}", "openai/a")
                .rule("text", null, 2, ALWAYS, "openai/a");

        Resolution.Found found = found(catalog.resolve(request("acme", null)));

        assertThat(found.rule().name()).isEqualTo("text");
        assertThat(passedOver(found.passedOver()))
                .containsExactly("newer conditions_unreadable", "images other_model_type");
    }

    @Test
    void whereNoRuleHasARouteEveryReasonIsGiven() {
        TestCatalog catalog =
                catalog().rule("one", "acme", 1, NEVER, "openai/a").rule("two", null, 1, ALWAYS, "openai/b");

        Resolution resolution = catalog.router().resolve(catalog.table(), request("acme", null, "openai/b"), false);

        assertThat(resolution).isInstanceOf(Resolution.NoRoute.class);
        assertThat(passedOver(((Resolution.NoRoute) resolution).passedOver()))
                .containsExactly("one conditions_do_not_hold", "two no_routable_model");
        assertThat(((Resolution.NoRoute) resolution).passedOver().get(1).models())
                .containsExactly(new PassedModel("openai/b", "excluded", "the request excludes it"));
        assertThat(catalog().resolve(request("acme", null))).isEqualTo(new Resolution.NoRoute(List.of()));
    }

    @Test
    void anInactiveOrganizationHasNoRouteAndAnUnknownOneIsTold() {
        TestCatalog catalog =
                catalog().organization("gone", EntityStatus.Inactive).rule("any", null, 1, ALWAYS, "openai/a");

        assertThat(catalog.resolve(request("gone", null))).isEqualTo(new Resolution.InactiveOrganization());
        assertThat(catalog.resolve(request("nobody", null))).isEqualTo(new Resolution.UnknownOrganization());
    }

    @Test
    void anExcludedModelIsPassedOver() {
        assertThat(reasons(catalog(), request("acme", null, "openai/a", "openai/b")))
                .containsExactly("openai/a excluded", "openai/b excluded");
    }

    @Test
    void aModelIsPassedOverForItsOwnAndItsProvidersState() {
        TestCatalog catalog = new TestCatalog()
                .provider("openai", ACTIVE)
                .provider("closed", EntityStatus.Inactive)
                .model("openai/off", EntityStatus.Inactive)
                .model("openai/image", ModelType.Image, ACTIVE)
                .model("closed/m", ACTIVE)
                .model("nobody/m", ACTIVE)
                .key("k", null, "openai")
                .key("c", null, "closed")
                .rule("r", null, 1, ALWAYS, "openai/off", "openai/image", "closed/m", "nobody/m", "openai/unheard-of");

        Resolution resolution = catalog.resolve(request(null, null));

        assertThat(((Resolution.NoRoute) resolution).passedOver().get(0).models())
                .extracting(model -> model.model() + " " + model.code())
                .containsExactly(
                        "openai/off model_inactive",
                        "openai/image other_model_type",
                        "closed/m provider_inactive",
                        "nobody/m provider_inactive",
                        "openai/unheard-of model_unknown");
    }

    @Test
    void aModelNeedsAKeyThatMaySpend() {
        TestCatalog none = new TestCatalog()
                .organization("acme", ACTIVE)
                .organization("other", ACTIVE)
                .provider("openai", ACTIVE)
                .model("openai/a", ACTIVE)
                .model("openai/b", ACTIVE)
                .key("of another", "other", "openai");
        assertThat(reasons(none, request("acme", null))).containsExactly("openai/a no_key", "openai/b no_key");

        none.key("off", "acme", "openai", true, false);
        assertThat(reasons(none, request("acme", null)))
                .containsExactly("openai/a keys_switched_off", "openai/b keys_switched_off");

        none.key("spent", null, "openai").overQuota("spent");
        assertThat(reasons(none, request("acme", null)))
                .containsExactly("openai/a keys_over_quota", "openai/b keys_over_quota");
    }

    @Test
    void keysAreTriedInTheirOrder() {
        TestCatalog catalog = new TestCatalog()
                .organization("acme", ACTIVE)
                .provider("openai", ACTIVE)
                .model("openai/a", ACTIVE)
                .rule("r", null, 1, ALWAYS, "openai/a")
                .key("shared-b", null, "openai")
                .key("shared-default", null, "openai", true, true)
                .key("own-b", "acme", "openai")
                .key("own-a", "acme", "openai")
                .key("own-default", "acme", "openai", true, true)
                .key("a-switched-off", "acme", "openai", false, false);

        for (String next : List.of("own-default", "own-a", "own-b", "shared-default", "shared-b")) {
            assertThat(found(catalog.resolve(request("acme", null)))
                            .options()
                            .get(0)
                            .key()
                            .getId())
                    .isEqualTo(next);
            catalog.overQuota(next);
        }
        assertThat(catalog.resolve(request("acme", null))).isInstanceOf(Resolution.NoRoute.class);
    }

    @Test
    void aCallOfNoOrganizationGetsSharedKeysAlone() {
        TestCatalog catalog = catalog().key("own", "acme", "openai", true, true).rule("r", null, 1, ALWAYS, "openai/a");

        assertThat(found(catalog.resolve(request(null, null)))
                        .options()
                        .get(0)
                        .key()
                        .getId())
                .isEqualTo("shared");
    }

    @Test
    void deprecationIsAWarning() {
        TestCatalog catalog = new TestCatalog()
                .provider("old", EntityStatus.Deprecated)
                .model("old/m", EntityStatus.Deprecated)
                .key("k", null, "old")
                .rule("r", null, 1, ALWAYS, "old/m");

        assertThat(found(catalog.resolve(request(null, null)))
                        .options()
                        .get(0)
                        .choice()
                        .warnings())
                .containsExactly(Warning.MODEL_DEPRECATED, Warning.PROVIDER_DEPRECATED);
    }

    @Test
    void aRuleMayPassOverModelsThatFailOrAreSlow() {
        TestCatalog catalog = catalog()
                .model("openai/c", ACTIVE)
                .performance("openai/a", 100, 0.25, 100)
                .performance("openai/b", 100, 0.01, 2_500)
                .rule(published("bounded", null, 1, ALWAYS, "openai/a", "openai/b", "openai/c")
                        .setMaxErrorRate(0.05)
                        .setMaxLatencyP95Ms(2_000L)
                        .setMinCalls(100L)
                        .build());

        Resolution.Found found = found(catalog.resolve(request("acme", null)));

        assertThat(found.options().get(0).choice().id()).isEqualTo("openai/c");
        assertThat(found.notChosen())
                .containsExactly(
                        new PassedModel(
                                "openai/a",
                                "error_rate_too_high",
                                "too many of its calls fail: 25.00 % of its last 100 calls failed, and the rule allows"
                                        + " 5.00 %"),
                        new PassedModel(
                                "openai/b",
                                "latency_too_high",
                                "it is too slow: the 95th percentile of its last 100 calls is 2500 ms, and the rule"
                                        + " allows 2000 ms"));
    }

    @Test
    void aBoundIsKeptAtItsValueAndNotLookedAtBelowTheLeastNumberOfCalls() {
        TestCatalog catalog = catalog()
                .performance("openai/a", 100, 0.05, 2_000)
                .performance("openai/b", 99, 1, 60_000)
                .rule(published("bounded", null, 1, ALWAYS, "openai/a", "openai/b")
                        .setMaxErrorRate(0.05)
                        .setMaxLatencyP95Ms(2_000L)
                        .setMinCalls(100L)
                        .build());

        assertThat(found(catalog.resolve(request("acme", null))).options()).hasSize(2);
    }

    @Test
    void theAlternativesAreExplainedToo() {
        Resolution.Found found = found(
                catalog().rule("r", null, 1, ALWAYS, "openai/a", "openai/b").resolve(request("acme", "1")));

        assertThat(found.options()).hasSize(2);
        assertThat(found.notChosen())
                .containsExactly(new PassedModel(
                        found.options().get(1).choice().id(),
                        "lost_the_draw",
                        "it can be routed to, and stands among the alternatives"));
    }

    /** The index over required texts leaves out only what does not hold. */
    @Test
    void aRouteIsTheSameWithTheIndexAndWithoutIt() {
        Random random = Seeded.random("routes are the same with the index and without it");
        List<String> values =
                List.of("\"1\"", "\"gold\"", "\"\"", "1", "true", "null", "[\"gold\"]", "{\"var\":\"organization\"}");
        for (int round = 0; round < 300; round++) {
            TestCatalog catalog = catalog();
            for (int rule = 0; rule < 12; rule++) {
                String test = "{\"%s\":[{\"var\":\"attributes.%s\"},%s]}"
                        .formatted(
                                List.of("==", "===", "!=").get(random.nextInt(3)),
                                List.of("a", "b", "c.0").get(random.nextInt(3)),
                                values.get(random.nextInt(values.size())));
                String conditions = List.of(test, "{\"and\":[{\"!!\":[1]}," + test + "]}", "{\"or\":[" + test + ",0]}")
                        .get(random.nextInt(3));
                catalog.rule(
                        "r" + rule,
                        random.nextBoolean() ? "acme" : null,
                        1 + random.nextInt(3),
                        conditions,
                        "openai/a");
            }
            RoutingTable table = catalog.table();
            for (int call = 0; call < 20; call++) {
                Map<String, Object> attributes = new HashMap<>();
                for (String name : List.of("a", "b", "c")) {
                    List<Object> some = List.of("1", "gold", "", 1.0, true, List.of("gold"), "acme");
                    if (random.nextInt(5) > 0) {
                        attributes.put(name, some.get(random.nextInt(some.size())));
                    }
                }
                RouteRequest request = new RouteRequest(
                        "acme", ModelType.Text, Condition.facts("acme", "Text", attributes), Set.of(), "s");

                List<String> expected = withoutIndex(table, request);
                assertThat(told(catalog.router().resolve(table, request, true)))
                        .as("%s", attributes)
                        .isEqualTo(expected);
                assertThat(told(catalog.router().resolve(table, request, false)))
                        .as("%s, not to be explained", attributes)
                        .isEqualTo(expected.get(0).equals("none") ? expected : expected.subList(0, 1));
            }
        }
    }

    /** The chosen rule, then what becomes of all others: each is evaluated, and the first that holds has a route. */
    private static List<String> withoutIndex(RoutingTable table, RouteRequest request) {
        List<String> told = new ArrayList<>(List.of("none"));
        Stream.of(table.customers().get("acme").rules(), table.generalRules())
                .flatMap(rules -> rules.getOrDefault(ModelType.Text, RuleList.EMPTY).rules().stream())
                .forEach(rule -> {
                    if (!told.get(0).equals("none")) {
                        told.add(rule.name() + " after_the_choice");
                    } else if (rule.condition().holds(request.facts())) {
                        told.set(0, rule.name());
                    } else {
                        told.add(rule.name() + " conditions_do_not_hold");
                    }
                });
        return told;
    }

    private static List<String> told(Resolution resolution) {
        return resolution instanceof Resolution.NoRoute none
                ? told("none", none.passedOver())
                : told(found(resolution).rule().name(), found(resolution).passedOver());
    }

    private static List<String> told(String chosen, List<PassedRule> others) {
        return Stream.concat(Stream.of(chosen), passedOver(others).stream()).toList();
    }
}
