package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole app over HTTP, with a real database, broker and registry behind it. */
class CatalogIT {

    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("catalog_it"));
        catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}");
        catalog.post("/v1/organizations", "{\"id\":\"acme\",\"name\":\"Acme Research\"}");
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @Test
    void keepsAnOrganizationFromItsCreationToItsDeletion() {
        Answer created = catalog.post(
                "/v1/organizations",
                "{\"id\":\"lab\",\"name\":\"Lab\",\"time_zone\":\"Europe/Paris\",\"status\":\"Inactive\"}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("display_name").asString()).isEqualTo("Lab (lab)");
        assertThat(created.body().path("revision").asInt()).isEqualTo(1);
        assertThat(catalog.get("/v1/organizations/lab").text()).isEqualTo(created.text());

        Answer replaced = catalog.put("/v1/organizations/lab", "{\"id\":\"lab\",\"name\":\"Laboratory\"}");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.body().path("time_zone").asString()).isEqualTo("UTC");
        assertThat(replaced.body().path("status").asString()).isEqualTo("Active");
        assertThat(replaced.body().path("revision").asInt()).isEqualTo(2);

        assertThat(catalog.delete("/v1/organizations/lab").status()).isEqualTo(204);
        assertThat(catalog.get("/v1/organizations/lab").status()).isEqualTo(404);
        assertThat(catalog.delete("/v1/organizations/lab").status()).isEqualTo(404);
        assertThat(catalog.put("/v1/organizations/lab", "{\"name\":\"Lab\"}").status())
                .isEqualTo(404);

        List<ConsumerRecord<String, Organization>> published =
                TopicContents.ofKey(Platform.shared().topics().organizations(), "lab", records -> records.size() == 3);
        assertThat(published.get(0).value())
                .isEqualTo(Organization.newBuilder()
                        .setId("lab")
                        .setName("Lab")
                        .setTimeZone("Europe/Paris")
                        .setStatus(EntityStatus.Inactive)
                        .setRevision(1)
                        .setUpdatedAt(
                                Instant.parse(created.body().path("updated_at").asString()))
                        .build());
        assertThat(published.get(1).value().getRevision()).isEqualTo(2);
        assertThat(published.get(2).value()).isNull();
    }

    @Test
    void keepsAProviderWithEveryField() {
        Answer created = catalog.post("/v1/providers", """
                {"slug":"mistral","name":"Mistral AI","description":"Models from Paris","website":"https://mistral.ai",
                "documentation_url":"https://docs.mistral.ai/api","status":"Deprecated",
                "config":{"region":"eu","timeout":1.50}}""");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("config").toString()).isEqualTo("{\"region\":\"eu\",\"timeout\":1.50}");
        assertThat(catalog.get("/v1/providers/mistral").text()).isEqualTo(created.text());
        // An answer can be edited and sent back as it is.
        Answer replaced = catalog.put("/v1/providers/mistral", created.text().replace("Deprecated", "Active"));
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.body().path("status").asString()).isEqualTo("Active");

        Provider published = TopicContents.ofKey(
                        Platform.shared().topics().providers(), "mistral", records -> records.size() == 2)
                .get(1)
                .value();
        assertThat(published.getDocumentationUrl()).isEqualTo("https://docs.mistral.ai/api");
        assertThat(published.getConfig()).isEqualTo("{\"region\":\"eu\",\"timeout\":1.50}");
        assertThat(published.getRevision()).isEqualTo(2);
    }

    @Test
    void opensANewPricePeriodAndKeepsThePast() {
        Instant before = Instant.now();
        Answer created = catalog.post("/v1/models", """
                {"provider":"openai","name":"gpt-4o","version":"2024-08-06","model_type":"Text",
                "capabilities":["vision","function_calling"],"config":{"family":"4o"},"context_window":128000,
                "cost_input":0.0025,"cost_output":"0.010","cost_input_cached":"0.00125",
                "tiers":[{"above_input_tokens":64000,"cost_input":"0.005","cost_output":"0.02"}]}""");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("id").asString()).isEqualTo("openai/gpt-4o@2024-08-06");
        assertThat(created.body().path("display_name").asString()).isEqualTo("OpenAI gpt-4o (2024-08-06)");
        assertThat(created.body().path("cost_input").asString()).isEqualTo("0.0025");
        assertThat(created.body().path("price_effective_from").isNull()).isTrue();
        String path = "/v1/models/" + created.body().path("uuid").asString();

        // A new price with 20 decimal places, as real lists have; the rest as it was.
        Answer repriced = catalog.put(
                path,
                created.text().replaceFirst("\"cost_input\":\"0.0025\"", "\"cost_input\":0.00000000000000000001"));
        assertThat(repriced.status()).as(repriced.text()).isEqualTo(200);
        assertThat(repriced.body().path("cost_input").asString()).isEqualTo("0.00000000000000000001");
        assertThat(repriced.body().path("prices").size()).isEqualTo(2);
        assertThat(Instant.parse(repriced.body().path("price_effective_from").asString()))
                .isAfter(before.plus(Duration.ofSeconds(60)));

        // The same price again opens no period.
        assertThat(catalog.put(path, repriced.text()).body().path("prices").size())
                .isEqualTo(2);
        assertThat(catalog.put(path, "{\"model_type\":\"Text\"}").errors())
                .containsExactly("cost_input required", "cost_output required");

        Model published = TopicContents.ofKey(
                        Platform.shared().topics().models(), "openai/gpt-4o@2024-08-06", records -> records.size() == 3)
                .get(2)
                .value();
        assertThat(published.getPrices()).hasSize(2);
        assertThat(published.getPrices().get(0).getEffectiveFrom()).isNull();
        assertThat(published.getPrices().get(0).getCostInput()).isEqualByComparingTo("0.0025");
        assertThat(published.getPrices().get(0).getTiers().get(0).getAboveInputTokens())
                .isEqualTo(64000);
        assertThat(published.getPrices().get(1).getCostInput()).isEqualTo(new BigDecimal("0.000000000000000000010000"));

        assertThat(catalog.delete(path).status()).isEqualTo(204);
        TopicContents.ofKey(
                Platform.shared().topics().models(),
                "openai/gpt-4o@2024-08-06",
                records -> records.size() == 4 && records.get(3).value() == null);
        assertThat(TopicContents.ofKey(
                                Platform.shared().topics().deletedModels(),
                                "openai/gpt-4o@2024-08-06",
                                records -> records.size() == 1)
                        .get(0)
                        .value())
                .as("its calls are charged by it")
                .hasToString(published.toString()); // Avro can't compare decimals in a list.
    }

    @Test
    void aModelThatIsCreatedAgainGoesOnWithThePricesThatItHad() {
        String first = """
                {"provider":"openai","name":"again","model_type":"Text","cost_input":"1","cost_output":"2"}""";
        Answer created = catalog.post("/v1/models", first);
        assertThat(catalog.delete("/v1/models/" + created.body().path("uuid").asString())
                        .status())
                .isEqualTo(204);

        Answer again = catalog.post("/v1/models", first.replace("\"1\"", "\"7\""));
        assertThat(again.status()).as(again.text()).isEqualTo(201);
        assertThat(again.body().path("uuid")).isNotEqualTo(created.body().path("uuid"));
        Model published = TopicContents.ofKey(
                        Platform.shared().topics().models(), "openai/again", records -> records.size() == 3)
                .get(2)
                .value();
        assertThat(published.getPrices())
                .extracting(price -> price.getCostInput().stripTrailingZeros().toPlainString())
                .containsExactly("1", "7");
        assertThat(published.getPrices().get(0).getRecordedAt())
                .as("calls that were charged by it stay so")
                .isEqualTo(Instant.parse(
                        created.body().path("prices").get(0).path("recorded_at").asString()));
        assertThat(published.getPrices().get(1).getEffectiveFrom())
                .as("a change like any other")
                .isEqualTo(published.getPrices().get(1).getRecordedAt().plusSeconds(65));

        String path = "/v1/models/" + again.body().path("uuid").asString();
        assertThat(catalog.delete(path).status()).isEqualTo(204);
        assertThat(catalog.post("/v1/models", """
                {"provider":"openai","name":"again","model_type":"Text"}""").body().path("prices").size())
                .as("of its second life, the change that was on its way included")
                .isEqualTo(2);
    }

    @Test
    void addressesAModelWhoseNameHasSlashesColonsAndAtSigns() {
        String name = "us.anthropic/claude-3:0@20240229";
        Answer created = catalog.post(
                "/v1/models", "{\"provider\":\"openai\",\"name\":\"" + name + "\",\"model_type\":\"Text\"}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("cost_input").isNull()).isTrue();
        String id = "openai/" + name;
        assertThat(catalog.get("/v1/models?id=" + RunningCatalog.encoded(id)).text())
                .isEqualTo(created.text());
        assertThat(catalog.get("/v1/models?id=openai/none").status()).isEqualTo(404);
        // The same identifier made of other parts is the same identifier.
        Answer same = catalog.post(
                "/v1/models",
                "{\"provider\":\"openai\",\"name\":\"us.anthropic/claude-3:0\",\"version\":\"20240229\",\"model_type\":\"Text\"}");
        assertThat(same.status()).isEqualTo(409);
        assertThat(same.errors()).containsExactly("name taken");
    }

    @Test
    void keepsAnApiKeyAndShowsOnlyItsFingerprint() {
        Answer created = catalog.post("/v1/api-keys", """
                {"organization":"acme","provider":"openai","label":"production","key":"sk-secret-0123x4Tb",
                "is_default":true,"daily_quota":"12.5","monthly_quota":300}""");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text()).doesNotContain("sk-secret").doesNotContain("\"key\"");
        assertThat(created.body().path("fingerprint").asString()).isEqualTo("x4Tb");
        assertThat(created.body().path("daily_quota").asString()).isEqualTo("12.5");
        assertThat(created.body().path("enabled").booleanValue()).isTrue();
        String path = "/v1/api-keys/" + created.body().path("id").asString();

        Answer secondDefault = catalog.post(
                "/v1/api-keys",
                "{\"organization\":\"acme\",\"provider\":\"openai\",\"label\":\"other\",\"key\":\"sk-98765432\",\"is_default\":true}");
        assertThat(secondDefault.status()).isEqualTo(409);
        assertThat(secondDefault.errors()).containsExactly("is_default taken");

        Answer replaced = catalog.put(path, "{\"organization\":\"acme\",\"label\":\"production\",\"is_active\":false}");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.body().path("fingerprint").asString()).isEqualTo("x4Tb");
        assertThat(replaced.body().path("is_active").booleanValue()).isFalse();
        assertThat(replaced.body().path("daily_quota").isNull()).isTrue();
        assertThat(catalog.put(path, "{\"label\":\"production\",\"key\":\"sk-new-secret-wxyz\"}")
                        .body()
                        .path("fingerprint")
                        .asString())
                .isEqualTo("wxyz");

        List<APIKey> states = TopicContents.ofKey(
                        Platform.shared().topics().apiKeys(),
                        created.body().path("id").asString(),
                        records -> records.size() == 3)
                .stream()
                .map(record -> record.value())
                .toList();
        APIKey published = states.get(0);
        assertThat(published.getDailyQuota()).isEqualTo(new BigDecimal("12.500000000000"));
        assertThat(published.getFingerprint()).isEqualTo("x4Tb");
        assertThat(published.getFormerOwners()).isEmpty();
        assertThat(states.get(1).getFormerOwners()).isEmpty();
        assertThat(states.get(2).getFormerOwners())
                .as("its calls are acme's until every reader knows that it serves all")
                .containsExactly(
                        new FormerOwner("acme", states.get(2).getUpdatedAt().plus(Duration.ofSeconds(65))));
        assertThat(catalog.delete(path).status()).isEqualTo(204);
        APIKey deleted = TopicContents.ofKey(
                        Platform.shared().topics().deletedApiKeys(),
                        created.body().path("id").asString(),
                        records -> records.size() == 1)
                .get(0)
                .value();
        assertThat(deleted).as("its calls count for whose it was").isEqualTo(states.get(2));
    }

    @Test
    void namesEveryWrongFieldAtOnce() {
        Answer organization = catalog.post(
                "/v1/organizations", "{\"id\":\"-\",\"time_zone\":\"Mars\",\"status\":\"Deprecated\",\"x\":1}");
        assertThat(organization.status()).isEqualTo(422);
        assertThat(organization.contentType()).startsWith("application/problem+json");
        assertThat(organization.body().path("type").asString()).isEqualTo("urn:modelhub:problem:invalid");
        assertThat(organization.body().path("code").asString()).isEqualTo("invalid");
        assertThat(organization.errors())
                .containsExactly(
                        "id reserved",
                        "name required",
                        "time_zone unknown_value",
                        "status unknown_value",
                        "x unknown_field");

        assertThat(catalog.post("/v1/providers", """
                                {"slug":"Open AI","name":" ","description":7,"website":"ftp://x","documentation_url":"nowhere",
                                "status":"Gone","config":[]}""").errors())
                .containsExactly(
                        "slug malformed",
                        "name blank",
                        "description type",
                        "website malformed",
                        "documentation_url malformed",
                        "status unknown_value",
                        "config type");

        assertThat(catalog.post("/v1/models", """
                                {"provider":"nobody","name":"two words","version":"","capabilities":["a","a",1],"config":1,
                                "context_window":0,"status":1,"cost_input":"-1","cost_output":"much",
                                "cost_input_cached":1e-25,"cost_cache_write":1e15,"cost_reasoning":true,
                                "tiers":[{"cost_input":1},7]}""").errors())
                .containsExactlyInAnyOrder(
                        "provider unknown",
                        "name malformed",
                        "version blank",
                        "model_type required",
                        "capabilities[1] duplicate",
                        "capabilities[2] type",
                        "config type",
                        "context_window out_of_range",
                        "status type",
                        "cost_input negative",
                        "cost_output malformed",
                        "cost_input_cached too_precise",
                        "cost_cache_write too_large",
                        "cost_reasoning type",
                        "tiers[0].above_input_tokens required",
                        "tiers[0].cost_output required",
                        "tiers[1] type");

        assertThat(catalog.post("/v1/api-keys", """
                                {"organization":"nobody","provider":"nobody","label":"","key":"short","is_default":"yes",
                                "is_active":0,"daily_quota":-0.01,"monthly_quota":"0.0000000000001"}""").errors())
                .containsExactlyInAnyOrder(
                        "provider unknown",
                        "organization unknown",
                        "label blank",
                        "key length",
                        "is_default type",
                        "is_active type",
                        "daily_quota negative",
                        "monthly_quota too_precise");

        assertThat(catalog.post("/v1/api-keys", """
                                {"organization":"-","provider":"A b","label":"l","key":"sk-0123456789"}""").errors())
                .as("what can't be an identifier is not looked for too")
                .containsExactlyInAnyOrder("organization reserved", "provider malformed");
        assertThat(catalog.post(
                                "/v1/organizations",
                                "{\"id\":\"east\",\"name\":\"East\",\"time_zone\":\"SystemV/EST5\"}")
                        .errors())
                .as("Java's own zones are nobody else's")
                .containsExactly("time_zone unknown_value");
    }

    @Test
    void answersAProblemToWhateverIsNoRequest() {
        assertProblem(catalog.post("/v1/organizations", "{\"id\":"), 400, "malformed_json");
        assertProblem(catalog.post("/v1/organizations", "[]"), 400, "unreadable_body");
        assertProblem(catalog.post("/v1/organizations", "null"), 400, "unreadable_body");
        assertProblem(catalog.post("/v1/organizations", ""), 400, "unreadable_body");
        assertProblem(catalog.post("/v1/organizations", "{\"id\":\"a\",\"id\":\"b\"}"), 400, "unreadable_body");
        assertProblem(catalog.post("/v1/organizations", "{} {}"), 400, "unreadable_body");
        assertProblem(
                catalog.post("/v1/organizations", "{\"config\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"),
                400,
                "unreadable_body");
        Answer large = catalog.post("/v1/organizations", "{\"id\":\"" + "x".repeat(17 << 20) + "\"}");
        assertProblem(large, 413, "too_large");
        assertThat(large.errors()).containsExactly("body too_large");
        assertProblem(
                catalog.send("POST", "/v1/organizations", BodyPublishers.ofString("id=a"), "text/plain"),
                415,
                "unsupported_media_type");
        assertProblem(
                catalog.send("PATCH", "/v1/organizations", BodyPublishers.noBody(), "application/json"),
                405,
                "method_not_allowed");
        assertProblem(catalog.get("/v1/nothing"), 404, "unknown_path");
        assertProblem(catalog.get("/v1/models/no-uuid"), 400, "bad_request");
        assertProblem(catalog.get("/v1/models/" + UUID.randomUUID()), 404, "unknown");
        assertProblem(catalog.get("/v1/organizations?limit=many"), 400, "bad_request");
        assertProblem(catalog.get("/v1/organizations?q=%00"), 400, "bad_request");
    }

    @Test
    void saysWhatToDoInstead() {
        catalog.post("/v1/providers", "{\"slug\":\"told\",\"name\":\"Told\"}");
        String key = "{\"provider\":\"told\",\"label\":\"l\",\"key\":\"sk-12345678\",\"is_default\":true}";
        assertThat(catalog.post("/v1/api-keys", key).status()).isEqualTo(201);

        // As curl sends what it isn't told the type of.
        Answer form = catalog.send(
                "POST", "/v1/providers", BodyPublishers.ofString("{}"), "application/x-www-form-urlencoded");
        assertThat(form.errors()).containsExactly("Content-Type unsupported_media_type");
        assertDetail(form, "Content-Type must be application/json and is application/x-www-form-urlencoded");
        assertDetail(
                catalog.send("POST", "/v1/providers", BodyPublishers.ofString("{}"), "nonsense"),
                "Content-Type must be application/json and is missing or malformed");
        assertDetail(catalog.delete("/v1/providers"), "DELETE is not possible here, but GET or POST");
        assertDetail(catalog.get("/v1/vendors"), "there is nothing at this address; /docs lists what there is");
        assertThat(catalog.post("/v1/providers", "{\"slug\":").errors()).containsExactly("body malformed_json");
        assertDetail(catalog.patch("/v1/providers/told", "{\"name\":\"\"}"), "name must not be blank");
        assertDetail(
                catalog.post("/v1/api-keys", key),
                "is_default is already true of another API key of the same organization and provider: take it from that one");
        assertDetail(
                catalog.delete("/v1/providers/told"),
                "provider told is still referred to: delete what refers to it first, or set its status to Inactive");
        assertDetail(
                catalog.delete("/v1/providers/told", "If-Match", "\"7\""),
                "the current revision is 1: read it again, and change that");
    }

    private static void assertDetail(Answer refused, String detail) {
        assertThat(refused.body().path("detail").asString()).isEqualTo(detail);
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.body().path("code").asString()).isEqualTo(code);
        assertThat(answer.body().path("type").asString()).isEqualTo("urn:modelhub:problem:" + code);
        assertThat(answer.text()).doesNotContain("Exception").doesNotContain("\\tat ");
    }

    @Test
    void refusesWhatIsTakenAndWhatNeverChanges() {
        Answer taken = catalog.post("/v1/organizations", "{\"id\":\"acme\",\"name\":\"Another\"}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.body().path("code").asString()).isEqualTo("taken");
        assertThat(taken.errors()).containsExactly("id taken");
        assertThat(catalog.post("/v1/providers", "{\"slug\":\"openai2\",\"name\":\"OpenAI\"}")
                        .errors())
                .containsExactly("name taken");
        assertThat(catalog.put("/v1/organizations/acme", "{\"id\":\"acme2\",\"name\":\"Acme Research\"}")
                        .errors())
                .containsExactly("id immutable");
    }

    @Test
    void refusesToDeleteWhatIsReferredToAndNamesTheReferrers() {
        catalog.post("/v1/providers", "{\"slug\":\"busy\",\"name\":\"Busy\"}");
        catalog.post("/v1/organizations", "{\"id\":\"busy\",\"name\":\"Busy\"}");
        catalog.post("/v1/models", "{\"provider\":\"busy\",\"name\":\"m\",\"model_type\":\"Code\"}");
        String key = catalog.post(
                        "/v1/api-keys",
                        "{\"organization\":\"busy\",\"provider\":\"busy\",\"label\":\"k\",\"key\":\"sk-12345678\"}")
                .body()
                .path("id")
                .asString();

        Answer provider = catalog.delete("/v1/providers/busy");
        assertThat(provider.status()).isEqualTo(409);
        assertThat(provider.body().path("referrers").toString())
                .isEqualTo("[{\"kind\":\"model\",\"id\":\"busy/m\"},{\"kind\":\"api_key\",\"id\":\"" + key + "\"}]");
        assertThat(catalog.delete("/v1/organizations/busy")
                        .body()
                        .path("referrers")
                        .toString())
                .isEqualTo("[{\"kind\":\"api_key\",\"id\":\"" + key + "\"}]");
    }

    @Test
    void listsInParts() {
        for (String id : List.of("page-1", "page-2", "page-3")) {
            catalog.post("/v1/organizations", "{\"id\":\"" + id + "\",\"name\":\"Page\"}");
        }
        Answer first = catalog.get("/v1/organizations?q=page-&limit=2");
        assertThat(first.body().path("items").size()).isEqualTo(2);
        Answer second = catalog.get("/v1/organizations?q=page-&limit=1&after="
                + first.body().path("next").asString());
        assertThat(second.body().path("items").get(0).path("id").asString()).isEqualTo("page-3");
        assertThat(second.body().path("next").isNull()).isTrue();
    }

    @Test
    void publishesTheWritesOfManyInTheOrderOfTheirCommits() throws Exception {
        catalog.post("/v1/organizations", "{\"id\":\"contended\",\"name\":\"0\"}");
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int write = 1; write <= 80; write++) {
                String body = "{\"name\":\"" + write + "\"}";
                answers.add(writers.submit(() -> catalog.put("/v1/organizations/contended", body)));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        } finally {
            writers.shutdownNow();
        }

        List<ConsumerRecord<String, Organization>> published = TopicContents.ofKey(
                Platform.shared().topics().organizations(), "contended", records -> records.size() >= 81);

        assertThat(published.stream().map(record -> record.value().getRevision()))
                .as("every write, once, in order")
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 81).boxed().toList());
        assertThat(published.get(80).value().getName())
                .isEqualTo(catalog.get("/v1/organizations/contended")
                        .body()
                        .path("name")
                        .asString());
    }

    @Test
    void relaysEveryWriteAndTellsHowSoon() {
        Map<String, Instant> written = new HashMap<>();
        for (int write = 1; write <= 20; write++) {
            Answer created = catalog.post("/v1/organizations", "{\"id\":\"quick-" + write + "\",\"name\":\"Quick\"}");
            written.put(
                    "quick-" + write,
                    Instant.parse(created.body().path("updated_at").asString()));
        }

        List<ConsumerRecord<String, Organization>> records = TopicContents.of(
                Platform.shared().topics().organizations(),
                all -> all.stream()
                                .filter(record -> written.containsKey(record.key()))
                                .count()
                        == written.size());
        List<Duration> delays = records.stream()
                .filter(record -> written.containsKey(record.key()))
                .map(record -> Duration.between(written.get(record.key()), Instant.ofEpochMilli(record.timestamp())))
                .sorted()
                .toList();
        System.out.printf(
                "from a write to its record: p50 %d ms, at most %d ms%n",
                delays.get(10).toMillis(), delays.get(delays.size() - 1).toMillis());
        assertThat(delays).hasSize(written.size());
    }

    @Test
    void isReadyWhileItCanRelayAndShowsTheLag() {
        catalog.awaitReady();
        assertThat(catalog.get("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(Objects.requireNonNull(catalog.get("/actuator/metrics/modelhub.outbox.lag.records")
                                .body()
                                .path("measurements")
                                .get(0))
                        .path("value")
                        .isNumber())
                .isTrue();
    }
}
