package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.catalog.RunningCatalog.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** What holds for every entity: patches, entity tags and preconditions, repeated creations, lists in parts, the audit log. */
class ConventionsIT {

    private static RunningCatalog catalog;

    /**
     * An entity of one kind.
     *
     * @param entity its name in the audit log
     * @param body with NAME where something different is needed each time
     * @param patch changes one field
     * @param field that field
     */
    record Kind(String path, String entity, String body, String patch, String field) {

        Answer create(String name, String... headers) {
            return catalog.post(path, body.replace("NAME", name), headers);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    static final List<Kind> KINDS = List.of(
            new Kind(
                    "/v1/organizations",
                    "organization",
                    "{\"id\":\"NAME\",\"name\":\"The NAME\",\"time_zone\":\"Europe/Paris\"}",
                    "{\"time_zone\":\"Asia/Tokyo\"}",
                    "time_zone"),
            new Kind(
                    "/v1/providers",
                    "provider",
                    "{\"slug\":\"NAME\",\"name\":\"The NAME\",\"config\":{\"a\":1,\"b\":{\"c\":2.50}}}",
                    "{\"website\":\"https://example.com\"}",
                    "website"),
            new Kind("/v1/models", "model", """
                    {"provider":"base","name":"NAME","model_type":"Text","capabilities":["vision"],"cost_input":"0.1",
                    "cost_output":"0.2","tiers":[{"above_input_tokens":5,"cost_input":"1","cost_output":"2"}]}""", "{\"context_window\":7}", "context_window"),
            new Kind(
                    "/v1/api-keys",
                    "api_key",
                    "{\"organization\":\"base\",\"provider\":\"base\",\"label\":\"NAME\",\"key\":\"sk-12345678\",\"daily_quota\":\"5\"}",
                    "{\"monthly_quota\":\"100\"}",
                    "monthly_quota"),
            new Kind("/v1/routing-rules", "routing_rule", """
                    {"name":"NAME","priority":50,"model_type":"Text","conditions":{"==":[{"var":"attributes.tier"},"gold"]},
                    "max_error_rate":0.25,"models":[{"model":"base/routed","weight":2.5,"notes":"n","tags":["t"]}]}""", "{\"max_latency_p95_ms\":800}", "max_latency_p95_ms"));

    static List<Kind> kinds() {
        return KINDS;
    }

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("conventions_it"));
        catalog.post("/v1/providers", "{\"slug\":\"base\",\"name\":\"Base\"}");
        catalog.post("/v1/organizations", "{\"id\":\"base\",\"name\":\"Base\"}");
        catalog.post("/v1/models", "{\"provider\":\"base\",\"name\":\"routed\",\"model_type\":\"Text\"}");
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPatchChangesWhatItNamesAndNothingElse(Kind kind) {
        Answer created = kind.create("patched");
        String path = created.header("Location");

        Answer patched = catalog.patch(path, kind.patch());

        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
        for (String field : created.body().propertyNames()) {
            if (!List.of(kind.field(), "revision", "updated_at").contains(field)) {
                assertThat(patched.body().path(field))
                        .as(field)
                        .isEqualTo(created.body().path(field));
            }
        }
        assertThat(patched.body().path(kind.field()))
                .isNotEqualTo(created.body().path(kind.field()));
        assertThat(patched.body().path("revision").asInt()).isEqualTo(2);
        assertThat(catalog.get(path).text()).isEqualTo(patched.text());

        // Null removes, so the field gets its default; JSON's own media type will do too.
        Answer removed = catalog.send(
                "PATCH", path, BodyPublishers.ofString("{\"" + kind.field() + "\":null}"), "application/json");
        assertThat(removed.status()).as(removed.text()).isEqualTo(200);
        assertThat(removed.body().path(kind.field()).asString("")).isIn("", "UTC");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPatchIsHeldToTheRulesOfAPut(Kind kind) {
        String path = kind.create("ruled").header("Location");

        Answer wrong = catalog.patch(path, "{\"" + kind.field() + "\":{\"x\":1},\"nonsense\":1}");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.errors()).containsExactly(kind.field() + " type", "nonsense unknown_field");
        assertThat(catalog.get(path).body().path("revision").asInt()).isEqualTo(1);
        assertThat(catalog.patch(path, "[]").status()).isEqualTo(400);
        assertThat(catalog.patch(path, "null").status()).isEqualTo(400);
        Answer text = catalog.send("PATCH", path, BodyPublishers.ofString("{}"), "text/plain");
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.header("Accept-Patch")).contains("application/merge-patch+json");
        assertThat(catalog.send("PUT", path, BodyPublishers.ofString("{}"), "application/merge-patch+json")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void aPatchMergesObjectsAndReplacesLists() {
        String provider = KINDS.get(1).create("merged").header("Location");
        assertThat(catalog.patch(provider, "{\"config\":{\"b\":{\"c\":null,\"d\":3}}}")
                        .body()
                        .path("config")
                        .toString())
                .isEqualTo("{\"a\":1,\"b\":{\"d\":3}}");
        String model = KINDS.get(2).create("merged").header("Location");
        JsonNode patched =
                catalog.patch(model, "{\"capabilities\":[\"audio\"]}").body();
        assertThat(patched.path("capabilities").toString()).isEqualTo("[\"audio\"]");
        assertThat(patched.path("prices").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anAnswerCarriesItsEntityTagAndIsNotSentTwice(Kind kind) {
        Answer created = kind.create("tagged");
        String path = created.header("Location");
        String tag = catalog.get(path).header("ETag");

        assertThat(tag).startsWith("\"1").endsWith("\"").isEqualTo(created.header("ETag"));
        Answer known = catalog.get(path, "If-None-Match", tag);
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.text()).isEmpty();
        Answer patched = catalog.patch(path, kind.patch());
        assertThat(patched.header("ETag")).startsWith("\"2");
        assertThat(catalog.get(path, "If-None-Match", tag).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aWriteThatExpectsAnotherRevisionIsRefused(Kind kind) {
        Answer created = kind.create("guarded");
        String path = created.header("Location");
        String first = created.header("ETag");
        assertThat(catalog.patch(path, kind.patch(), "If-Match", first).status())
                .isEqualTo(200);

        for (Answer stale : List.of(
                catalog.patch(path, "{}", "If-Match", first),
                catalog.put(path, kind.body(), "If-Match", first),
                catalog.delete(path, "If-Match", first),
                catalog.delete(path, "If-Match", "W/\"2\""))) {
            assertThat(stale.status()).as(stale.text()).isEqualTo(412);
            assertThat(stale.body().path("code").asString()).isEqualTo("changed");
            assertThat(stale.body().path("revision").asInt()).isEqualTo(2);
            assertThat(stale.errors()).containsExactly("If-Match changed");
        }
        // An answer that is edited and sent back expects its own revision.
        for (Answer stale : List.of(catalog.put(path, created.text()), catalog.patch(path, "{\"revision\":1}"))) {
            assertThat(stale.status()).as(stale.text()).isEqualTo(412);
            assertThat(stale.errors()).containsExactly("revision changed");
        }
        assertThat(catalog.patch(path, "{\"revision\":\"2\"}").errors()).containsExactly("revision type");
        Answer malformed = catalog.patch(path, "{}", "If-Match", "2");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.errors()).containsExactly("If-Match malformed");

        assertThat(catalog.put(path, catalog.get(path).text(), "If-Match", "\"7\", \"2\"")
                        .status())
                .isEqualTo(200);
        assertThat(catalog.patch(path, "{}", "If-Match", "*").status()).isEqualTo(200);
        assertThat(catalog.delete(path, "If-Match", catalog.get(path).header("ETag"))
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aRepeatedCreationIsDoneOnce(Kind kind) {
        String key = "repeat-" + kind.path();
        Answer first = kind.create("repeated", "Idempotency-Key", key);
        Answer second = kind.create("repeated", "Idempotency-Key", key);

        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(second.status()).as(second.text()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.contentType()).isEqualTo(first.contentType()).isEqualTo("application/json");
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");

        Answer other = kind.create("repeated-otherwise", "Idempotency-Key", key);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.body().path("code").asString()).isEqualTo("idempotency_key_reused");
        assertThat(other.errors()).containsExactly("Idempotency-Key reused");
    }

    @Test
    void aRefusedCreationIsNotRemembered() {
        assertThat(catalog.post("/v1/organizations", "{\"id\":\"again\"}", "Idempotency-Key", "again")
                        .status())
                .isEqualTo(422);
        assertThat(catalog.post(
                                "/v1/organizations",
                                "{\"id\":\"again\",\"name\":\"Again\"}",
                                "Idempotency-Key",
                                "again")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b"})
    void aKeyThatIsNoKeyIsRefused(String key) {
        Answer refused = KINDS.get(0).create("unkeyed", "Idempotency-Key", key);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errors()).containsExactly("Idempotency-Key malformed");
        assertThat(KINDS.get(0)
                        .create("unkeyed", "Idempotency-Key", "x".repeat(256))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void oneOfManyEqualCreationsAtOnceIsDone() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Answer>> answers = IntStream.range(0, 8)
                    .mapToObj(client -> clients.submit(() -> KINDS.get(3).create("once", "Idempotency-Key", "once")))
                    .toList();
            List<Answer> all = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                all.add(answer.get());
            }
            assertThat(all).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(201));
            assertThat(all.stream().map(Answer::text).distinct()).hasSize(1);
            assertThat(all.stream()
                            .filter(answer ->
                                    answer.header("Idempotency-Replayed").isEmpty()))
                    .hasSize(1);
        } finally {
            clients.shutdownNow();
        }
        assertThat(catalog.get("/v1/api-keys?q=once").body().path("items").size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aListIsReadInPartsOfAnySizeInAnyOrder(Kind kind) {
        for (int number = 0; number < 7; number++) {
            kind.create("listed-" + number);
        }
        String named = List.of("/v1/api-keys").contains(kind.path()) ? "label" : "name";
        for (String sort : List.of("", "&sort=updated_at", "&sort=-updated_at", "&sort=" + named, "&sort=-" + named)) {
            String query = kind.path() + "?q=listed-" + sort;
            List<JsonNode> whole = items(catalog.get(query));
            List<JsonNode> parts = new ArrayList<>();
            String after = "";
            do {
                Answer part = catalog.get(query + "&limit=3" + after);
                assertThat(part.status()).as(part.text()).isEqualTo(200);
                parts.addAll(items(part));
                JsonNode next = part.body().path("next");
                after = next.isNull() ? "" : "&after=" + next.asString();
            } while (!after.isEmpty());
            assertThat(whole).hasSize(7);
            assertThat(parts).as(sort).isEqualTo(whole);
            if (!sort.isEmpty()) {
                String field = sort.replaceAll("&sort=-?", "");
                // A whole second has no fraction in the text: times are in the order of moments, not of texts.
                Comparator<String> rising =
                        field.equals("updated_at") ? Comparator.comparing(Instant::parse) : Comparator.naturalOrder();
                assertThat(whole.stream().map(item -> item.path(field).asString()))
                        .isSortedAccordingTo(sort.contains("-") ? rising.reversed() : rising);
            }
        }
    }

    @Test
    void aListHasAStableOrderUnderTies() {
        String entries = IntStream.range(0, 9)
                .mapToObj(number ->
                        "\"tied/m%d\":{\"litellm_provider\":\"tied\",\"mode\":\"chat\",\"input_cost_per_token\":1e-6,\"output_cost_per_token\":1e-6}"
                                .formatted(number))
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        // One transaction, so one time for all.
        assertThat(catalog.post("/v1/prices/import", "{" + entries + "}").status())
                .isEqualTo(200);
        List<String> ids = new ArrayList<>();
        String after = "";
        do {
            Answer part = catalog.get("/v1/models?provider=tied&sort=-updated_at&limit=2" + after);
            items(part).forEach(item -> ids.add(item.path("id").asString()));
            after = part.body().path("next").isNull()
                    ? ""
                    : "&after=" + part.body().path("next").asString();
        } while (!after.isEmpty());
        assertThat(ids)
                .containsExactlyElementsOf(IntStream.iterate(8, number -> number >= 0, number -> number - 1)
                        .mapToObj(number -> "tied/m" + number)
                        .toList());
    }

    @Test
    void aListIsNarrowedByItsFilters() {
        catalog.post("/v1/organizations", "{\"id\":\"idle\",\"name\":\"Idle 100%\",\"status\":\"Inactive\"}");
        catalog.post("/v1/models", """
                {"provider":"base","name":"seer","model_type":"Image","capabilities":["x-ray"],"status":"Deprecated"}""");
        catalog.post(
                "/v1/api-keys",
                "{\"provider\":\"base\",\"label\":\"shared\",\"key\":\"sk-12345678\",\"is_active\":false,\"is_default\":true}");
        catalog.post("/v1/routing-rules", """
                {"organization":"base","name":"sketches","priority":99,"model_type":"Image",
                "models":[{"model":"base/seer","weight":1}]}""");

        assertThat(only("/v1/organizations?status=Inactive", "id")).isEqualTo("idle");
        assertThat(only("/v1/organizations?q=IDLE%20100%25", "id")).isEqualTo("idle");
        assertThat(only("/v1/organizations?q=base&sort=-name", "id")).isEqualTo("base");
        assertThat(only("/v1/providers?q=BASE", "slug")).isEqualTo("base");
        assertThat(only("/v1/models?provider=base&model_type=Image&status=Deprecated", "id"))
                .isEqualTo("base/seer");
        assertThat(only("/v1/models?capability=x-ray", "id")).isEqualTo("base/seer");
        assertThat(only("/v1/api-keys?organization=-&provider=base", "label")).isEqualTo("shared");
        assertThat(only("/v1/api-keys?is_active=false&is_default=true", "label"))
                .isEqualTo("shared");
        for (String filter : List.of("organization=base", "model_type=Image", "model=base/seer", "q=SKETCH")) {
            assertThat(only("/v1/routing-rules?" + filter, "name")).isEqualTo("sketches");
        }
        assertThat(items(catalog.get("/v1/routing-rules?organization=-&model_type=Image")))
                .isEmpty();
        assertThat(items(catalog.get("/v1/routing-rules?sort=-priority&limit=1"))
                        .get(0)
                        .path("name")
                        .asString())
                .isEqualTo("sketches");
        assertThat(items(catalog.get("/v1/models?provider=nobody"))).isEmpty();
    }

    private static String only(String path, String field) {
        List<JsonNode> items = items(catalog.get(path));
        assertThat(items).as(path).hasSize(1);
        return items.get(0).path(field).asString();
    }

    private static List<JsonNode> items(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Stream.of(answer.body().path("items").values().toArray(JsonNode[]::new))
                .toList();
    }

    @Test
    void whatIsNoListIsRefusedByNameWithWhatIsAllowed() {
        Answer refused =
                catalog.get("/v1/models?limit=0&sort=price&status=Gone&colour=red&after=x&provider=a&provider=b");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errors())
                .containsExactlyInAnyOrder(
                        "limit out_of_range",
                        "sort unknown_value",
                        "status unknown_value",
                        "colour unknown_parameter",
                        "after malformed",
                        "provider duplicate");
        assertThat(refused.text())
                .contains("must be one of id, name, updated_at")
                .contains("must be one of Active, Inactive, Deprecated")
                .contains("there are sort, limit, after, provider, model_type, capability, status, q");
        for (String limit : List.of("many", "1001", "-1", "1.5", "99999999999999999999", "")) {
            assertThat(catalog.get("/v1/providers?limit=" + limit).errors()).containsExactly("limit out_of_range");
        }
        assertThat(catalog.get("/v1/api-keys?is_active=yes").errors()).containsExactly("is_active unknown_value");
    }

    @Test
    void whatCantBeReadInAnAddressIsNamed() {
        String model = "/v1/models/00000000-0000-0000-0000-000000000001";
        assertThat(catalog.get("/v1/models/no-uuid").errors()).containsExactly("uuid malformed");
        assertThat(catalog.get(model + "/prices?at=yesterday").errors()).containsExactly("at malformed");
        assertThat(catalog.delete(model + "/prices").errors()).containsExactly("effective_from required");
        assertThat(catalog.get("/v1/models?%ff=1").errors()).containsExactly("query malformed");
        assertThat(catalog.get("/v1/models?id=%00").errors()).containsExactly("id malformed");
        assertThat(catalog.get("/v1/audit?from=%2B999999999-12-31T23:59:59Z&to=-999999999-01-01T00:00:00Z")
                        .errors())
                .containsExactlyInAnyOrder("from unknown_value", "to unknown_value");
        for (String unreadable : List.of("a%00b", "%ff", "a%2fb")) {
            Answer refused = catalog.get("/v1/organizations/" + unreadable);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.contentType()).startsWith("application/problem+json");
            assertThat(refused.errors()).containsExactly("path malformed");
        }
        assertThat(catalog.get("/v1/api-keys/selection").errors()).containsExactly("provider required");
        for (String path : List.of("/v1/prices/import?preview", "/v1/routing/resolve?explain")) {
            assertThat(catalog.post(path + "=maybe", "{}").errors())
                    .containsExactly(path.substring(path.indexOf('?') + 1) + " malformed");
        }
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        String next = catalog.get("/v1/organizations?limit=1&sort=name")
                .body()
                .path("next")
                .asString();

        assertThat(catalog.get("/v1/organizations?limit=5&sort=name&after=" + next)
                        .status())
                .isEqualTo(200);
        for (String other : List.of(
                "/v1/organizations?sort=-name&after=",
                "/v1/organizations?sort=name&status=Active&after=",
                "/v1/organizations?after=",
                "/v1/providers?sort=name&after=")) {
            Answer refused = catalog.get(other + next);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.errors()).containsExactly("after other_list");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theAuditLogTellsWhoChangedWhatFromWhatToWhat(Kind kind) {
        Instant before = Instant.now().minusSeconds(5);
        Answer created = kind.create("audited");
        String path = created.header("Location");
        Answer patched = catalog.patch(path, kind.patch());
        catalog.patch(path, "{\"" + kind.field() + "\":true}");
        catalog.delete(path);
        String id = created.body()
                .path(kind.path().equals("/v1/providers") ? "slug" : "id")
                .asString();

        List<JsonNode> entries =
                items(catalog.get("/v1/audit?entity=" + kind.entity() + "&id=" + RunningCatalog.encoded(id)));

        assertThat(entries.stream().map(entry -> entry.path("action").asString()))
                .containsExactly("delete", "update", "create");
        assertThat(entries.stream().map(entry -> entry.path("revision").asInt()))
                .containsExactly(2, 2, 1);
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.path("actor").asString()).isEqualTo("local-operator");
            assertThat(Instant.parse(entry.path("at").asString())).isAfter(before);
        });
        JsonNode update = entries.get(1);
        assertThat(update.path("at").asString())
                .isEqualTo(patched.body().path("updated_at").asString());
        assertThat(update.path("changes").propertyNames()).containsExactly(kind.field());
        assertThat(update.path("changes").path(kind.field()).path("from").asString(""))
                .isEqualTo(created.body().path(kind.field()).asString(""));
        assertThat(update.path("changes").path(kind.field()).path("to").asString())
                .isEqualTo(patched.body().path(kind.field()).asString());
        assertThat(items(catalog.get("/v1/audit?entity=" + kind.entity() + "&action=delete&actor=local-operator&from="
                        + before + "&id=" + RunningCatalog.encoded(id))))
                .hasSize(1);
        assertThat(items(catalog.get("/v1/audit?to=2020-01-01T00:00:00Z"))).isEmpty();
        assertThat(catalog.get("/v1/audit?from=yesterday&entity=cat&action=pet").errors())
                .containsExactlyInAnyOrder("from unknown_value", "entity unknown_value", "action unknown_value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"})
    void theAuditLogIsOnlyEverAddedTo(String sql) {
        KINDS.get(0).create("kept");

        assertThatThrownBy(() -> catalog.jdbc().sql(sql).update())
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("audit is only ever added to");
    }

    @Test
    void anOrganizationIsNamedAsUsageEventsMayNameIt() {
        assertThat(catalog.post("/v1/organizations", "{\"id\":\"a.b\",\"name\":\"Dotted\"}")
                        .errors())
                .containsExactly("id malformed");
        assertThat(catalog.post("/v1/organizations", "{\"id\":\"a_b-c\",\"name\":\"Not dotted\"}")
                        .status())
                .isEqualTo(201);
        assertThat(catalog.post("/v1/providers", "{\"slug\":\"a.b\",\"name\":\"Dotted\"}")
                        .status())
                .isEqualTo(201);
    }
}
