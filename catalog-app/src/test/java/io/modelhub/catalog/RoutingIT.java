package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.schema.RoutingRule;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.Eventually;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** Rules and routes with the real broker, registry and database. Each test has an organization of its own. */
class RoutingIT {

    private static final Platform PLATFORM = Platform.shared();

    private static Platform.Database database;
    private static RunningCatalog catalog;

    /** Of the models, by their identifiers' ends. */
    private static String fastUuid;

    @BeforeAll
    static void startWithModelsAndASharedKey() {
        database = PLATFORM.database("routing_it");
        catalog = RunningCatalog.start(database);
        created("/v1/providers", "{\"slug\":\"route\",\"name\":\"Route\"}");
        fastUuid = created("/v1/models", "{\"provider\":\"route\",\"name\":\"fast\",\"model_type\":\"Text\"}")
                .path("uuid")
                .asString();
        created("/v1/models", "{\"provider\":\"route\",\"name\":\"good\",\"model_type\":\"Text\"}");
        created("/v1/models", "{\"provider\":\"route\",\"name\":\"drawing\",\"model_type\":\"Image\"}");
        created("/v1/api-keys", "{\"provider\":\"route\",\"label\":\"shared\",\"key\":\"sk-shared-0123x4Tb\"}");
        catalog.awaitReady();
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    private static JsonNode created(String path, String body) {
        Answer answer = catalog.post(path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.body();
    }

    private static String organization(String id) {
        created("/v1/organizations", "{\"id\":\"%s\",\"name\":\"%s\"}".formatted(id, id));
        return id;
    }

    private static JsonNode rule(String organization, String name, int priority, String more, String... models) {
        StringBuilder entries = new StringBuilder();
        for (String model : models) {
            entries.append(entries.isEmpty() ? "" : ",").append("{\"model\":\"" + model + "\",\"weight\":1}");
        }
        return created(
                "/v1/routing-rules",
                "{\"organization\":\"%s\",\"name\":\"%s\",\"priority\":%d,\"model_type\":\"Text\",%s\"models\":[%s]}"
                        .formatted(organization, name, priority, more, entries));
    }

    private static Answer resolve(RunningCatalog app, String organization, String attributes) {
        return app.post(
                "/v1/routing/resolve?explain=true",
                "{\"organization\":\"%s\",\"model_type\":\"Text\",\"attributes\":%s}"
                        .formatted(organization, attributes));
    }

    private static Answer awaitRoute(RunningCatalog app, String organization, Predicate<Answer> wanted) {
        return Eventually.answers(
                "the route of " + organization, () -> resolve(app, organization, "{\"session\":\"s-1\"}"), wanted);
    }

    private static Predicate<Answer> routedTo(String model) {
        return answer -> answer.body().path("model").path("id").asString("").equals(model);
    }

    private static Predicate<Answer> refusedAs(String code) {
        return answer -> answer.body().path("code").asString("").equals(code);
    }

    private static List<String> codes(JsonNode passedOver) {
        return passedOver
                .valueStream()
                .map(passed -> passed.path("rule")
                                .path("name")
                                .asString(passed.path("model").asString("")) + " "
                        + passed.path("code").asString())
                .toList();
    }

    @Test
    void rulesAreCreatedReadReplacedListedDeletedAndPublished() {
        organization("rule-crud");
        String body = """
                {"organization":"rule-crud","name":"Long prompts","description":"More than 4,000 tokens","priority":10,
                "model_type":"Text","conditions":{">":[{"var":"attributes.tokens"},4000]},"max_error_rate":0.05,
                "max_latency_p95_ms":2000,"min_calls":50,
                "models":[{"model":"route/good","weight":2.5,"notes":"slow","tags":["eu","big"]},
                {"model":"route/fast","weight":1}]}""";
        JsonNode rule = created("/v1/routing-rules", body);
        String path = "/v1/routing-rules/" + rule.path("id").asString();

        assertThat(rule.path("display_name").asString()).isEqualTo("10 Long prompts (rule-crud, Text)");
        assertThat(rule.path("conditions").toString()).isEqualTo("{\">\":[{\"var\":\"attributes.tokens\"},4000]}");
        assertThat(rule.path("models").toString())
                .isEqualTo("[{\"model\":\"route/good\",\"weight\":2.5,\"notes\":\"slow\",\"tags\":[\"eu\",\"big\"],"
                        + "\"display_name\":\"route/good weight 2.5\"},{\"model\":\"route/fast\",\"weight\":1.0,"
                        + "\"notes\":null,\"tags\":[],\"display_name\":\"route/fast weight 1\"}]");
        assertThat(catalog.get(path).body()).isEqualTo(rule);
        for (String filter : List.of("organization=rule-crud", "q=long%20prompts&model=route/good&sort=-priority")) {
            assertThat(catalog.get("/v1/routing-rules?model_type=Text&" + filter)
                            .body()
                            .path("items")
                            .path(0))
                    .isEqualTo(rule);
        }
        assertThat(catalog.get("/v1/routing-rules?model=route/none")
                        .body()
                        .path("items")
                        .size())
                .isZero();

        // An answer can be edited and sent back.
        Answer replaced = catalog.put(path, rule.toString().replace("\"priority\":10", "\"priority\":20"));
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        assertThat(replaced.body().path("priority").asInt()).isEqualTo(20);
        assertThat(replaced.body().path("models")).isEqualTo(rule.path("models"));
        assertThat(replaced.header("ETag")).isEqualTo("\"2\"");
        assertThat(catalog.patch(path, "{\"priority\":30}", "If-Match", "\"1\"").status())
                .isEqualTo(412);
        Answer patched = catalog.patch(path, "{\"conditions\":{\">\":null,\"!\":[1]},\"min_calls\":null}");
        assertThat(patched.body().path("conditions").toString()).isEqualTo("{\"!\":[1]}");
        assertThat(patched.body().path("min_calls").asInt()).isEqualTo(20);
        assertThat(catalog.get("/v1/audit?entity=routing_rule&id="
                                + rule.path("id").asString())
                        .body()
                        .path("items")
                        .size())
                .isEqualTo(3);
        assertThat(catalog.delete(path).status()).isEqualTo(204);
        assertThat(catalog.get(path).status()).isEqualTo(404);

        List<ConsumerRecord<String, RoutingRule>> published = TopicContents.ofKey(
                PLATFORM.topics().routingRules(), rule.path("id").asString(), records -> records.size() == 4);
        RoutingRule last = published.get(1).value();
        assertThat(last.getRevision()).isEqualTo(2);
        assertThat(last.getPriority()).isEqualTo(20);
        assertThat(last.getMaxErrorRate()).isEqualTo(0.05);
        assertThat(last.getMaxLatencyP95Ms()).isEqualTo(2000);
        assertThat(last.getMinCalls()).isEqualTo(50);
        assertThat(last.getModels().get(0).getWeight()).isEqualTo(2.5);
        assertThat(published.get(3).value()).isNull();
    }

    @Test
    void refusesAllThatIsWrongAtOnceReferencesIncluded() {
        assertThat(catalog.post("/v1/routing-rules", """
                                {"organization":"nobody","name":"","priority":101,"model_type":"Text",
                                "conditions":{"and":[{"xor":[1]},{"==":[{"var":"tier"},1]}]},
                                "models":[{"model":"route/fast","weight":1},{"model":"route/none","weight":1},
                                {"model":"route/drawing","weight":-1}]}""").errors())
                .containsExactlyInAnyOrder(
                        "organization unknown",
                        "name blank",
                        "priority out_of_range",
                        "conditions.and[0].xor unknown_operator",
                        "conditions.and[1].==[0].var unknown_variable",
                        "models[1].model unknown",
                        "models[2].weight out_of_range",
                        "models[2].model other_model_type");
    }

    @Test
    void whatARuleRefersToStays() {
        organization("rule-refers");
        String model = created("/v1/models", "{\"provider\":\"route\",\"name\":\"kept\",\"model_type\":\"Text\"}")
                .path("uuid")
                .asString();
        String id = rule("rule-refers", "r", 1, "", "route/kept").path("id").asString();

        for (String path : List.of("/v1/models/" + model, "/v1/organizations/rule-refers")) {
            Answer refused = catalog.delete(path);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body().path("code").asString()).isEqualTo("referenced");
            assertThat(refused.body().path("referrers").toString())
                    .isEqualTo("[{\"kind\":\"routing_rule\",\"id\":\"" + id + "\"}]");
        }
        catalog.delete("/v1/routing-rules/" + id);
        assertThat(catalog.delete("/v1/models/" + model).status()).isEqualTo(204);
        assertThat(catalog.delete("/v1/organizations/rule-refers").status()).isEqualTo(204);
    }

    @Test
    void theDatabaseHoldsTheRulesToo() {
        organization("rule-constraints");
        String id =
                rule("rule-constraints", "r", 1, "", "route/fast").path("id").asString();
        for (String change : List.of(
                "UPDATE routing_rule SET priority = 101",
                "UPDATE routing_rule SET max_error_rate = 1.01",
                "UPDATE routing_rule SET conditions = '[]'",
                "UPDATE routing_rule SET id = gen_random_uuid()",
                "UPDATE routing_rule_model SET weight = 0",
                "UPDATE routing_rule_model SET weight = 'NaN'",
                "UPDATE routing_rule_model SET model = 'route/none'",
                "INSERT INTO routing_rule_model VALUES ('" + id + "', 1, 'route/fast', 1, NULL, '{}')")) {
            assertThatThrownBy(() -> catalog.jdbc().sql(change).update())
                    .as(change)
                    .isInstanceOf(DataAccessException.class);
        }
    }

    @Test
    void answersTheModelTheKeyTheRuleTheAlternativesAndTheReasons() {
        organization("route-answer");
        String key = created("/v1/api-keys", """
                        {"organization":"route-answer","provider":"route","label":"own","key":"sk-own-0123abcd",
                        "is_default":true}""").path("id").asString();
        rule(
                "route-answer",
                "silver",
                1,
                "\"conditions\":{\"==\":[{\"var\":\"attributes.tier\"},\"silver\"]},",
                "route/good");
        String chosen = rule("route-answer", "all", 2, "", "route/fast", "route/good")
                .path("id")
                .asString();
        rule("route-answer", "late", 3, "", "route/good");
        awaitRoute(
                catalog,
                "route-answer",
                answer -> codes(answer.body().path("explain").path("rules")).contains("late after_the_choice"));

        Answer answer = resolve(catalog, "route-answer", "{\"session\":\"s-1\",\"tier\":\"gold\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("api_key").toString())
                .isEqualTo("{\"id\":\"" + key + "\",\"fingerprint\":\"abcd\"}");
        assertThat(answer.body().path("rule").toString()).isEqualTo("{\"id\":\"" + chosen + "\",\"name\":\"all\"}");
        assertThat(answer.body().path("model").path("provider").asString()).isEqualTo("route");
        assertThat(answer.body().path("warnings").size()).isZero();
        assertThat(answer.body().path("alternatives").size()).isEqualTo(1);
        assertThat(codes(answer.body().path("explain").path("rules")))
                .startsWith("silver conditions_do_not_hold", "late after_the_choice");
        assertThat(codes(answer.body().path("explain").path("models")))
                .containsExactly(Objects.requireNonNull(
                                        answer.body().path("alternatives").get(0))
                                .path("model")
                                .path("id")
                                .asString()
                        + " lost_the_draw");
        assertThat(answer.text()).doesNotContain("sk-own");
        for (int again = 0; again < 20; again++) {
            assertThat(resolve(catalog, "route-answer", "{\"session\":\"s-1\",\"tier\":\"gold\"}")
                            .text())
                    .isEqualTo(answer.text());
        }
        String plain =
                "{\"organization\":\"route-answer\",\"model_type\":\"Text\",\"attributes\":{\"tier\":\"silver\"}%s}";
        assertThat(routedTo("route/good").test(catalog.post("/v1/routing/resolve", plain.formatted(""))))
                .isTrue();
        assertThat(catalog.post("/v1/routing/resolve", plain.formatted(""))
                        .body()
                        .has("explain"))
                .isFalse();
        assertThat(routedTo("route/fast")
                        .test(catalog.post("/v1/routing/resolve", plain.formatted(",\"exclude\":[\"route/good\"]"))))
                .as("the rule without a routable model falls through to the next")
                .isTrue();
    }

    @Test
    void refusesARequestThatIsWrong() {
        assertThat(catalog.post(
                                "/v1/routing/resolve",
                                "{\"organization\":\"No\",\"attributes\":1,\"exclude\":\"x\",\"y\":1}")
                        .errors())
                .containsExactlyInAnyOrder(
                        "organization malformed",
                        "model_type required",
                        "attributes type",
                        "exclude type",
                        "y unknown_field");
        assertThat(resolve(catalog, "never-heard-of", "{}").errors()).containsExactly("organization unknown");
        assertThat(catalog.post("/v1/routing/resolve?explain=perhaps", "{\"model_type\":\"Text\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void followsAKeyThatIsDisabledByQuotaAndEnabledAgain() throws Exception {
        organization("route-quota");
        String key = created("/v1/api-keys", """
                        {"organization":"route-quota","provider":"route","label":"own","key":"sk-own-0123abcd",
                        "is_default":true}""").path("id").asString();
        rule("route-quota", "r", 1, "", "route/fast");
        Predicate<Answer> usesOwnKey =
                answer -> answer.body().path("api_key").path("id").asString("").equals(key);
        awaitRoute(catalog, "route-quota", usesOwnKey);

        TopicWriter.send(PLATFORM.topics().quotaKeys(), key, quota(key, List.of(QuotaCause.DAY)));
        long written = System.nanoTime();
        Answer answer = awaitRoute(catalog, "route-quota", usesOwnKey.negate());
        System.out.printf("a disabled key was followed after %d ms%n", (System.nanoTime() - written) / 1_000_000);
        assertThat(answer.body().path("api_key").path("fingerprint").asString()).isEqualTo("x4Tb");

        TopicWriter.send(PLATFORM.topics().quotaKeys(), key, quota(key, List.of()));
        awaitRoute(catalog, "route-quota", usesOwnKey);
    }

    private static KeyQuotaState quota(String key, List<QuotaCause> causes) {
        Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
        QuotaPeriod period = QuotaPeriod.newBuilder()
                .setStart(midnight)
                .setEnd(midnight.plus(Duration.ofDays(1)))
                .setSpent(new BigDecimal("5.000000000000"))
                .build();
        return KeyQuotaState.newBuilder()
                .setApiKey(key)
                .setZone("UTC")
                .setEnabled(causes.isEmpty())
                .setCauses(causes)
                .setDay(period)
                .setMonth(period)
                .build();
    }

    @Test
    void followsWhatIsSwitchedOffInTheCatalog() {
        organization("route-states");
        created("/v1/providers", "{\"slug\":\"state\",\"name\":\"State\"}");
        JsonNode model = created("/v1/models", "{\"provider\":\"state\",\"name\":\"m\",\"model_type\":\"Text\"}");
        JsonNode key = created("/v1/api-keys", """
                {"organization":"route-states","provider":"state","label":"own","key":"sk-own-0123abcd"}""");
        rule("route-states", "first", 1, "", "state/m");
        rule("route-states", "second", 2, "", "route/fast");
        awaitRoute(catalog, "route-states", routedTo("state/m"));
        String keyPath = "/v1/api-keys/" + key.path("id").asString();
        String modelPath = "/v1/models/" + model.path("uuid").asString();

        assertSwitches(keyPath, "\"is_active\":true", "\"is_active\":false", "state/m keys_switched_off");
        assertSwitches("/v1/providers/state", "\"Active\"", "\"Inactive\"", "state/m provider_inactive");
        assertSwitches(modelPath, "\"Active\"", "\"Inactive\"", "state/m model_inactive");

        change(modelPath, "\"Active\"", "\"Deprecated\"");
        Answer deprecated = awaitRoute(
                catalog,
                "route-states",
                answer -> answer.body().path("warnings").size() == 1);
        assertThat(deprecated.body().path("warnings").path(0).path("code").asString())
                .isEqualTo("model_deprecated");
        change("/v1/organizations/route-states", "\"Active\"", "\"Inactive\"");
        assertThat(awaitRoute(catalog, "route-states", refusedAs("organization_inactive"))
                        .status())
                .isEqualTo(409);
    }

    /** Passed over for the second rule while it is off, and back afterwards. */
    private static void assertSwitches(String path, String on, String off, String reason) {
        change(path, on, off);
        Answer answer = awaitRoute(catalog, "route-states", routedTo("route/fast"));
        assertThat(codes(answer.body().path("explain").path("rules").path(0).path("models")))
                .containsExactly(reason);
        change(path, off, on);
        awaitRoute(catalog, "route-states", routedTo("state/m"));
    }

    private static void change(String path, String from, String to) {
        Answer current = catalog.get(path);
        Answer changed = catalog.put(path, current.text().replace(from, to));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    }

    @Test
    void passesOverModelsByTheirCallsOfTheLastMinutes() throws Exception {
        organization("route-live");
        created("/v1/models", "{\"provider\":\"route\",\"name\":\"shaky\",\"model_type\":\"Text\"}");
        rule(
                "route-live",
                "bounded",
                1,
                "\"max_error_rate\":0.1,\"max_latency_p95_ms\":1000,\"min_calls\":10,",
                "route/shaky");
        rule("route-live", "last resort", 2, "", "route/good");
        awaitRoute(catalog, "route-live", routedTo("route/shaky"));

        Instant minute = minute();
        usage(minute, "route/shaky", 9, 9, 100);
        usage(minute, "route/shaky", 40, 8, 100);
        Answer failing = awaitRoute(catalog, "route-live", routedTo("route/good"));
        assertThat(failing.text()).contains("20.00 % of its last 40 calls failed, and the rule allows 10.00 %");

        usage(minute, "route/shaky", 40, 0, 5_000);
        Answer slow = awaitRoute(catalog, "route-live", answer -> answer.text().contains("\"latency_too_high\""));
        assertThat(routedTo("route/good").test(slow)).isTrue();

        usage(minute, "route/shaky", 40, 0, 300);
        awaitRoute(catalog, "route-live", routedTo("route/shaky"));
    }

    @Test
    void showsHowAModelDoes() throws Exception {
        String path = "/v1/models/" + fastUuid + "/performance";
        assertThat(catalog.get(path).body().path("error_rate").isNull()).isTrue();

        usage(minute(), "route/fast", 50, 5, 200);
        Answer answer = Eventually.answers(
                "the calls of the model",
                () -> catalog.get(path),
                seen -> seen.body().path("requests").asInt() == 50);

        assertThat(answer.body().path("model").asString()).isEqualTo("route/fast");
        assertThat(answer.body().path("error_rate").asDouble()).isEqualTo(0.1);
        for (String percentile : List.of("latency_p50_ms", "latency_p95_ms", "latency_p99_ms")) {
            assertThat(answer.body().path(percentile).asDouble()).isBetween(198.0, 202.0);
        }
        assertThat(Duration.between(
                        Instant.parse(answer.body().path("window").path("from").asString()),
                        Instant.parse(answer.body().path("window").path("to").asString())))
                .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        assertThat(catalog.get("/v1/models/00000000-0000-0000-0000-000000000000/performance")
                        .status())
                .isEqualTo(404);
    }

    private static Instant minute() {
        return Instant.now().truncatedTo(ChronoUnit.MINUTES);
    }

    /** Replaces what an organization used of the model in the minute. */
    private static void usage(Instant minute, String model, long requests, long failures, long latencyMs)
            throws Exception {
        UsageWindowKey key = UsageWindowKey.newBuilder()
                .setOrganization("route-user")
                .setModel(model)
                .setWindowStart(minute)
                .build();
        UsageWindow window = UsageWindow.newBuilder()
                .setOrganization("route-user")
                .setModel(model)
                .setWindowStart(minute)
                .setWindowEnd(minute.plus(Duration.ofMinutes(1)))
                .setRequests(requests)
                .setErrors(failures / 2)
                .setTimeouts(failures - failures / 2)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(new BigDecimal("0.000000000000"))
                .setUnpricedRequests(0)
                .setLatencyCount(requests)
                .setLatencySumMs(requests * latencyMs)
                .setLatencySketch(ByteBuffer.wrap(sketch(requests, latencyMs)))
                .build();
        TopicWriter.send(PLATFORM.topics().usage1m(), key, window);
    }

    private static byte[] sketch(long requests, long latencyMs) throws IOException {
        DDSketch sketch = new DDSketch(new LogarithmicMapping(0.01), UnboundedSizeDenseStore::new);
        sketch.accept(latencyMs, requests);
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sketch.encode(output, false);
        return output.trimmedCopy();
    }

    @Test
    void anotherInstanceAndTheNextStartSayTheSame() {
        organization("route-again");
        rule("route-again", "r", 1, "", "route/fast", "route/good");
        String before = awaitRoute(catalog, "route-again", answer -> answer.status() == 200)
                .text();
        for (int start = 0; start < 2; start++) {
            try (RunningCatalog other = RunningCatalog.start(database)) {
                other.awaitReady();
                assertThat(resolve(other, "route-again", "{\"session\":\"s-1\"}")
                                .text())
                        .isEqualTo(before);
            }
        }
    }

    @Test
    void isNotReadyUntilItHasReadTheTopics() throws Exception {
        String[] broker = PLATFORM.kafka().bootstrapServers().split(":");
        try (Gate gate = new Gate(broker[0], Integer.parseInt(broker[1]));
                RunningCatalog early = RunningCatalog.start(
                        PLATFORM.database("routing_not_ready_it"),
                        "127.0.0.1:" + gate.port(),
                        PLATFORM.registry().url())) {
            Answer answer = early.post("/v1/routing/resolve", "{\"model_type\":\"Video\"}");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body().path("code").asString()).isEqualTo("routing_not_ready");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(early.get("/actuator/health/readiness")
                            .body()
                            .path("components")
                            .path("followers")
                            .path("status")
                            .asString())
                    .isEqualTo("OUT_OF_SERVICE");

            gate.open();

            Eventually.answers(
                    "the refusal of a catalog that has read the topics",
                    () -> early.post("/v1/routing/resolve", "{\"model_type\":\"Video\"}"),
                    refusedAs("no_route"));
        }
    }
}
