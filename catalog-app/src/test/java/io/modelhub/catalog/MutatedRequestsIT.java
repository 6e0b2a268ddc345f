package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Valid requests, broken at random: each is done, or refused with a problem that names what is wrong and leaves everything as it
 * was. {@code -Dmodelhub.test.seed} repeats a run, {@code -Dmodelhub.test.mutations} changes how many there are.
 */
class MutatedRequestsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Refusals of what is right by itself: no field, parameter or header of it is at fault. */
    private static final List<String> WITHOUT_FIELD = List.of("unknown", "referenced", "no_route");

    /** A valid body, and where it is sent to. */
    private record Valid(String path, String body) {}

    private static final List<Valid> ENTITIES = List.of(
            new Valid(
                    "/v1/organizations",
                    "{\"id\":\"o\",\"name\":\"Org\",\"time_zone\":\"Europe/Paris\",\"status\":\"Active\"}"),
            new Valid("/v1/providers", """
                    {"slug":"p","name":"Provider","description":"d","website":"https://example.com",
                    "documentation_url":"https://example.com/docs","status":"Active","config":{"a":{"b":[1,2.5]}}}"""),
            new Valid("/v1/models", """
                    {"provider":"base","name":"m","version":"v1","model_type":"Text","capabilities":["vision","tools"],
                    "config":{"a":1},"context_window":128000,"status":"Active","cost_input":"0.0025","cost_output":0.01,
                    "cost_input_cached":"0.001","cost_cache_write":"0.002","cost_reasoning":"0.03",
                    "tiers":[{"above_input_tokens":1000,"cost_input":"0.005","cost_output":"0.02"}]}"""),
            new Valid("/v1/api-keys", """
                    {"organization":"base","provider":"base","label":"l","key":"sk-0123456789","is_default":false,
                    "is_active":true,"daily_quota":"5","monthly_quota":100}"""),
            new Valid("/v1/routing-rules", """
                    {"organization":"base","name":"r","description":"d","priority":10,"model_type":"Text",
                    "conditions":{"and":[{"==":[{"var":"attributes.tier"},"gold"]},{"in":[{"var":"organization"},["base"]]}]},
                    "max_error_rate":0.1,"max_latency_p95_ms":5000,"min_calls":10,
                    "models":[{"model":"base/routed","weight":0.5,"notes":"n","tags":["t"]}]}"""));

    /** What else takes a body; MODEL stands for the location of a model. */
    private static final List<Valid> ACTIONS = List.of(
            new Valid("/v1/routing/resolve?explain=true", """
                    {"organization":"base","model_type":"Text","attributes":{"tier":"gold","session":"s","n":{"a":[1]}},
                    "exclude":["base/other"],"seed":"7"}"""),
            new Valid("MODEL/prices", """
                    {"cost_input":"0.0025","cost_output":0.01,"cost_input_cached":"0.001","cost_cache_write":"0.002",
                    "cost_reasoning":"0.03","tiers":[{"above_input_tokens":1000,"cost_input":"0.005","cost_output":"0.02"}],
                    "effective_from":"2100-01-01T00:00:00Z","reason":"announced"}"""),
            new Valid("MODEL/prices", """
                    {"cost_input":"0.0025","cost_output":0.01,"correction":true,"effective_from":"2024-01-01T00:00:00Z",
                    "effective_until":"2024-02-01T00:00:00Z","reason":"billed wrongly"}"""),
            new Valid("/v1/prices/import", """
                    {"listed/large":{"litellm_provider":"listed","mode":"chat","max_input_tokens":128000,
                    "input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,"cache_read_input_token_cost":1.25e-06,
                    "input_cost_per_token_above_200k_tokens":5e-06,"supports_vision":true},
                    "small":{"litellm_provider":"listed","mode":"embedding","max_tokens":8192.0,"input_cost_per_token":1e-07}}"""),
            new Valid("/v1/prices/import?format=genai-prices", """
                    [{"id":"listed","name":"Listed","models":[
                    {"id":"tiered","context_window":128000,"prices":{"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]},
                    "output_mtok":15,"cache_read_mtok":0.3}},
                    {"id":"dated","prices":[{"prices":{"input_mtok":10,"output_mtok":40}},
                    {"constraint":{"start_date":"2025-06-10"},"prices":{"input_mtok":2,"output_mtok":8}}]}]}]"""));

    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("mutated_requests_it"));
        catalog.post("/v1/providers", "{\"slug\":\"base\",\"name\":\"Base\"}");
        catalog.post("/v1/organizations", "{\"id\":\"base\",\"name\":\"Base\"}");
        catalog.post("/v1/models", "{\"provider\":\"base\",\"name\":\"routed\",\"model_type\":\"Text\"}");
        catalog.awaitReady();
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @Test
    void everyMutantIsDoneOrRefusedWithoutATrace() {
        long seed = Long.getLong("modelhub.test.seed", new Random().nextLong());
        int mutations = Integer.getInteger("modelhub.test.mutations", 5_000);
        System.out.println("MutatedRequestsIT runs with -Dmodelhub.test.seed=" + seed);
        Mutants mutants = new Mutants(new Random(seed));
        Map<String, Integer> outcomes = new TreeMap<>();
        Map<String, String> targets = new TreeMap<>();
        ENTITIES.forEach(
                entity -> targets.put(entity.path(), create(entity.path()).header("Location")));
        String state = state();
        for (int mutation = 0; mutation < mutations; mutation++) {
            Mutants.Request mutant = mutants.next(targets);
            Answer answer = mutant.send(catalog);
            String request = "seed " + seed + ", mutation " + mutation + ": " + mutant + "\n" + answer.status() + " "
                    + answer.text();
            outcomes.merge(answer.status() + " " + answer.body().path("code").asString(""), 1, Integer::sum);
            String now = state();
            if (answer.status() >= 300) {
                assertThat(answer.status()).as(request).isBetween(400, 499);
                assertThat(answer.contentType()).as(request).startsWith("application/problem+json");
                String code = answer.body().path("code").asString();
                assertThat(answer.errors().isEmpty()).as(request).isEqualTo(WITHOUT_FIELD.contains(code));
            }
            if (answer.status() >= 300 || mutant.isAQuestion()) {
                assertThat(now).as(request).isEqualTo(state);
            }
            if (answer.status() == 204) {
                String collection = mutant.path().replaceAll("(/v1/[^/]+)/.*", "$1");
                targets.put(collection, create(collection).header("Location"));
                now = state();
            }
            state = now;
        }
        System.out.println(outcomes);
        assertThat(outcomes.keySet().stream()
                        .map(outcome -> outcome.substring(0, 3))
                        .collect(Collectors.toSet()))
                .as("the mutants reach every kind of answer")
                .contains("200", "201", "400", "409", "412", "415", "422");
    }

    /** With a name of its own: mutants may have taken the one that the body has. */
    private static Answer create(String collection) {
        String own = "own-" + UUID.randomUUID();
        String body = ENTITIES.stream()
                .filter(entity -> entity.path().equals(collection))
                .findFirst()
                .orElseThrow()
                .body()
                .replace("\"id\":\"o\"", "\"id\":\"" + own + "\"")
                .replace("\"slug\":\"p\",\"name\":\"Provider\"", "\"slug\":\"" + own + "\",\"name\":\"" + own + "\"")
                .replace("\"name\":\"m\"", "\"name\":\"" + own + "\"");
        Answer created = catalog.post(collection, body);
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return created;
    }

    /** A digest of all rows, and how far outbox and audit log were written. Rows of the outbox itself go as they are relayed. */
    private static String state() {
        return catalog.jdbc().sql("""
                        SELECT concat_ws(' ',
                            (SELECT sum(hashtextextended(t::text, 0)) FROM organization t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM provider t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM model t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM model_price t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM model_price_tier t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM api_key t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM routing_rule t),
                            (SELECT sum(hashtextextended(t::text, 0)) FROM routing_rule_model t),
                            (SELECT count(*) FROM idempotency_key),
                            (SELECT count(*) FROM audit),
                            (SELECT last_value FROM outbox_sequence_seq))""").query(String.class).single();
    }

    /** Makes broken requests from valid ones. */
    private static final class Mutants {

        private static final List<String> IF_MATCH = List.of(
                "*", "\"1\"", "\"2\", \"3\"", "W/\"1\"", "1", "\"", "\"x\"", "\"1\",", "\"99999999999999999999\"");
        private static final List<String> QUERIES = List.of(
                "limit=0",
                "x=%00",
                "id=1",
                "revision=9",
                "%ff=1",
                "a=b&a=c",
                "q=%27%3B--",
                "preview=true",
                "preview=maybe",
                "explain=2",
                "explain=",
                "format=xml",
                "format=genai-prices&format=litellm",
                "accept_suspicious=true",
                "accept_suspicious=%00&accept_suspicious=");
        private static final List<String> TYPES =
                List.of("text/plain", "application/merge-patch+json", "application/json;charset=utf-8", "nonsense");

        private final Random random;

        Mutants(Random random) {
            this.random = random;
        }

        /** @param headers names and values in turn */
        record Request(String method, String path, String body, String type, List<String> headers) {

            /** Whether it leaves no trace even when it is done. */
            boolean isAQuestion() {
                return path.startsWith("/v1/routing/resolve")
                        || path.startsWith("/v1/prices/import") && path.contains("preview=true");
            }

            Answer send(RunningCatalog catalog) {
                return catalog.send(method, path, BodyPublishers.ofString(body), type, headers.toArray(String[]::new));
            }
        }

        Request next(Map<String, String> targets) {
            boolean onEntity = random.nextInt(3) > 0;
            Valid valid = any(onEntity ? ENTITIES : ACTIONS);
            JsonNode body = JSON.readTree(valid.body());
            for (int times = random.nextInt(4); times > 0; times--) {
                mutate(inside(body));
            }
            String method = onEntity
                    ? List.of("POST", "PUT", "PATCH", "DELETE").get(random.nextInt(20) == 0 ? 3 : random.nextInt(3))
                    : "POST";
            List<String> headers = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                Collections.addAll(headers, "If-Match", any(IF_MATCH));
            }
            if (random.nextInt(4) == 0) {
                Collections.addAll(headers, "Idempotency-Key", any(List.of("k" + random.nextInt(50), "a b", "")));
            }
            String type = random.nextInt(30) == 0
                    ? any(TYPES)
                    : "PATCH".equals(method) ? "application/merge-patch+json" : "application/json";
            String path = "POST".equals(method)
                    ? valid.path().replace("MODEL", targets.get("/v1/models"))
                    : targets.get(valid.path());
            String query = random.nextInt(10) == 0 ? (path.contains("?") ? "&" : "?") + any(QUERIES) : "";
            return new Request(method, path + query, text(body.toString()), type, headers);
        }

        private <T> T any(List<T> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        /** Mostly as it is; sometimes cut, doubled or with a character that is another. */
        private String text(String json) {
            return switch (random.nextInt(40)) {
                case 0 -> json.substring(0, random.nextInt(json.length()));
                case 1 -> json + json;
                case 2 -> "[" + json + "]";
                case 3 -> json.replaceFirst("\\{\"", "{\"name\":1,\"");
                case 4 -> {
                    int at = random.nextInt(json.length());
                    yield json.substring(0, at) + (char) random.nextInt(0x3000) + json.substring(at + 1);
                }
                default -> json;
            };
        }

        /** The object itself, or one that a list has inside, wherever; a new one where there is none. */
        private ObjectNode inside(JsonNode node) {
            if (node instanceof ObjectNode object) {
                return object;
            }
            return node.isEmpty() ? NODES.objectNode() : inside(node.get(random.nextInt(node.size())));
        }

        private void mutate(ObjectNode body) {
            List<String> names = List.copyOf(body.propertyNames());
            if (names.isEmpty()) {
                body.set("x", junk(2));
                return;
            }
            String name = any(names);
            switch (random.nextInt(7)) {
                case 0 -> body.remove(name);
                case 1 ->
                    body.set(
                            any(List.of("x", "id", "uuid", "revision", "display_name", "version", name + "_")),
                            junk(2));
                case 2 -> body.set(name, body.get(any(names)));
                case 3, 4 -> {
                    if (body.get(name).isContainer()) {
                        mutate(inside(body.get(name)));
                    } else {
                        body.set(name, junk(3));
                    }
                }
                default -> body.set(name, junk(3));
            }
        }

        private JsonNode junk(int depth) {
            return switch (random.nextInt(depth > 0 ? 17 : 15)) {
                case 0 -> NODES.nullNode();
                case 1 -> NODES.booleanNode(random.nextBoolean());
                case 2 -> NODES.numberNode(random.nextInt(5) - 2);
                case 3 -> NODES.numberNode(random.nextLong());
                case 4 -> NODES.numberNode(new BigDecimal("1e" + (random.nextInt(2_000) - 1_000)));
                case 5 -> NODES.numberNode(new BigDecimal("0.0000000000000000000000000000000000001"));
                case 6 -> NODES.stringNode("");
                case 7 -> NODES.stringNode(" ");
                case 8 -> NODES.stringNode("x".repeat(random.nextInt(5_000)));
                case 9 -> NODES.stringNode("a\u0000b");
                case 10 -> NODES.stringNode("\ud800");
                case 11 ->
                    NODES.stringNode(any(List.of("Active", "Inactive", "Deprecated", "Text", "UTC", "-", "base")));
                case 12 ->
                    NODES.stringNode(any(List.of("1e999999999", "-1", "NaN", "0x10", "1.5", "٣", "😀", "'; --")));
                case 13 ->
                    NODES.stringNode(any(List.of("https://x", "http://", "javascript:1", "https://[", "a.b", "A")));
                case 14 -> {
                    JsonNode nested = NODES.nullNode();
                    for (int levels = random.nextInt(60); levels > 0; levels--) {
                        nested = NODES.objectNode().set("a", NODES.arrayNode().add(nested));
                    }
                    yield nested;
                }
                case 15 -> {
                    ArrayNode list = NODES.arrayNode();
                    for (int size = random.nextInt(4); size > 0; size--) {
                        list.add(junk(depth - 1));
                    }
                    yield list;
                }
                default -> {
                    ObjectNode object = NODES.objectNode();
                    for (int size = random.nextInt(3); size > 0; size--) {
                        object.set(
                                any(List.of("a", "cost_input", "above_input_tokens", "==", "var", "and", "")),
                                junk(depth - 1));
                    }
                    yield object;
                }
            };
        }
    }
}
