package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What comes out of API keys: their secrets, and which of them a call uses. */
class ApiKeySecretsIT {

    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("api_key_secrets_it"));
        catalog.post("/v1/organizations", "{\"id\":\"acme\",\"name\":\"Acme\"}");
        catalog.post("/v1/organizations", "{\"id\":\"lab\",\"name\":\"Lab\"}");
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    /** @return the path of a new key */
    private static String key(String provider, String fields) {
        catalog.post("/v1/providers", "{\"slug\":\"" + provider + "\",\"name\":\"" + provider + "\"}");
        Answer created = catalog.post("/v1/api-keys", "{\"provider\":\"" + provider + "\"," + fields + "}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return "/v1/api-keys/" + created.body().path("id").asString();
    }

    @Test
    void revealsASecretThatNoCacheMayKeep() {
        String path = key("revealed", "\"label\":\"l\",\"key\":\"sk-0123456789abcdef\"");

        Answer revealed = catalog.post(path + "/reveal", "");

        assertThat(revealed.status()).isEqualTo(200);
        assertThat(revealed.text()).isEqualTo("{\"key\":\"sk-0123456789abcdef\"}");
        assertThat(revealed.header("Cache-Control")).isEqualTo("no-store");
        assertThat(catalog.get(path).body().path("revision").asInt()).isEqualTo(1);
        Answer audit = catalog.get("/v1/audit?action=reveal&id=" + path.substring(path.lastIndexOf('/') + 1));
        assertThat(audit.body().path("items").size()).as(audit.text()).isEqualTo(1);
        assertThat(audit.body().path("items").get(0).path("entity").asString()).isEqualTo("api_key");
        assertThat(catalog.get(path + "/reveal").status()).isEqualTo(405);
        assertThat(catalog.post("/v1/api-keys/00000000-0000-0000-0000-000000000001/reveal", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void doesNotOpenACiphertextThatWasMovedToAnotherRow() {
        String mine = key("moved", "\"label\":\"mine\",\"key\":\"sk-mine-0123456789\"");
        String theirs = key("moved", "\"label\":\"theirs\",\"key\":\"sk-theirs-0123456789\"");
        catalog.jdbc().sql("""
                        UPDATE api_key SET secret_ciphertext = other.secret_ciphertext FROM api_key other
                        WHERE api_key.label = 'mine' AND other.label = 'theirs'""").update();

        Answer refused = catalog.post(mine + "/reveal", "");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("code").asString()).isEqualTo("secret_unreadable");
        assertThat(refused.text()).doesNotContain("sk-");
        assertThat(catalog.get("/v1/audit?action=reveal&id=" + mine.substring(mine.lastIndexOf('/') + 1))
                        .body()
                        .path("items")
                        .isEmpty())
                .isTrue();
        assertThat(catalog.post(theirs + "/reveal", "").body().path("key").asString())
                .isEqualTo("sk-theirs-0123456789");
    }

    @Test
    void choosesTheOrganizationsDefaultThenItsOthersThenTheShared() {
        key("chosen", "\"label\":\"shared\",\"key\":\"sk-12345678\",\"is_default\":true");
        key("chosen", "\"organization\":\"lab\",\"label\":\"lab\",\"key\":\"sk-12345678\"");
        key("chosen", "\"organization\":\"acme\",\"label\":\"b\",\"key\":\"sk-12345678\"");
        key("chosen", "\"organization\":\"acme\",\"label\":\"a\",\"key\":\"sk-12345678\"");
        String standard = key(
                "chosen",
                "\"organization\":\"acme\",\"label\":\"production\",\"key\":\"sk-1234wxyz\",\"is_default\":true");

        JsonNode choice = selection("?organization=acme&provider=chosen");
        assertThat(choice.path("selected").path("id").asString())
                .isEqualTo(standard.substring(standard.lastIndexOf('/') + 1));
        assertThat(choice.path("selected").path("fingerprint").asString()).isEqualTo("wxyz");
        assertThat(labels(choice.path("alternatives"))).containsExactly("a", "b", "shared");
        assertThat(choice.path("passed_over").isEmpty()).isTrue();

        catalog.put(
                standard,
                "{\"organization\":\"acme\",\"label\":\"production\",\"is_default\":true,\"is_active\":false}");
        JsonNode without = selection("?organization=acme&provider=chosen");
        assertThat(without.path("selected").path("label").asString()).isEqualTo("a");
        assertThat(without.path("passed_over").get(0).path("key").path("label").asString())
                .isEqualTo("production");
        assertThat(without.path("passed_over").get(0).path("reason").asString()).isEqualTo("inactive");

        assertThat(selection("?provider=chosen").path("selected").path("label").asString())
                .isEqualTo("shared");
        catalog.put("/v1/organizations/lab", "{\"name\":\"Lab\",\"status\":\"Inactive\"}");
        JsonNode idle = selection("?organization=lab&provider=chosen");
        assertThat(idle.path("selected").isNull()).isTrue();
        assertThat(idle.path("passed_over").findValuesAsString("reason"))
                .containsExactly("organization_inactive", "organization_inactive");
    }

    @Test
    void choosesNoneOfAnInactiveProviderAndKnowsWhatIsNotThere() {
        key("retired", "\"label\":\"l\",\"key\":\"sk-12345678\"");
        catalog.put("/v1/providers/retired", "{\"name\":\"retired\",\"status\":\"Inactive\"}");

        assertThat(selection("?provider=retired").path("passed_over").findValuesAsString("reason"))
                .containsExactly("provider_inactive");
        assertThat(catalog.get("/v1/api-keys/selection?provider=nobody").status())
                .isEqualTo(404);
        assertThat(catalog.get("/v1/api-keys/selection?provider=retired&organization=nobody")
                        .status())
                .isEqualTo(404);
        assertThat(catalog.get("/v1/api-keys/selection").status()).isEqualTo(400);
    }

    @Test
    void takesADailyQuotaAboveTheMonthlyOneAndRefusesNegativeOnes() {
        key("limited", "\"label\":\"l\",\"key\":\"sk-12345678\",\"daily_quota\":\"5\",\"monthly_quota\":\"0\"");

        assertThat(catalog.post(
                                "/v1/api-keys",
                                "{\"provider\":\"limited\",\"label\":\"l\",\"key\":\"sk-12345678\",\"daily_quota\":-1,\"monthly_quota\":-1}")
                        .errors())
                .containsExactlyInAnyOrder("daily_quota negative", "monthly_quota negative");
    }

    private static JsonNode selection(String query) {
        Answer answer = catalog.get("/v1/api-keys/selection" + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.body();
    }

    private static List<String> labels(JsonNode keys) {
        return StreamSupport.stream(keys.spliterator(), false)
                .map(key -> key.path("label").asString())
                .toList();
    }
}
