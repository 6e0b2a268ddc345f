package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.StartFailure;
import java.io.FileNotFoundException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fills the catalog through its REST API. What is there already is found and left as it is. */
final class Catalog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";
    private static final int PAGE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final JsonApi api;

    Catalog(JsonApi api) {
        this.api = api;
    }

    /** Creates the providers and models of the demo's own price list; says how many prices there are. */
    String load(OwnPrices prices) throws InterruptedException {
        for (JsonNode provider : prices.providers()) {
            if (!exists("/v1/providers/" + provider.path("slug").asText())) {
                create("/v1/providers", provider);
            }
        }
        for (JsonNode model : prices.models()) {
            if (!hasModel(OwnPrices.id(model))) {
                ObjectNode body = ((ObjectNode) model).deepCopy();
                ObjectNode config = JSON.createObjectNode()
                        .put("price_source", model.path("source").asText())
                        .put("price_as_of", prices.asOf());
                body.remove("source");
                create("/v1/models", body.put("model_type", "Text").set("config", config));
            }
        }
        return "%d models of %d providers, public prices of %s"
                .formatted(prices.models().size(), prices.providers().size(), prices.asOf());
    }

    /** Imports a LiteLLM price map; says what came of it. */
    String importPrices(Path file) throws InterruptedException {
        HttpRequest.BodyPublisher body;
        try {
            body = HttpRequest.BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new StartFailure("The prices %s can't be read: %s.".formatted(file, e.getMessage()), e);
        }
        JsonNode report = required(api.post("/v1/prices/import", JSON_TYPE, body), "import the prices of " + file);
        return "%d providers and %d models created, %d models updated, %d unchanged; %d entries skipped%s"
                .formatted(
                        report.path("providers_created").asInt(),
                        report.path("models_created").asInt(),
                        report.path("models_updated").asInt(),
                        report.path("models_unchanged").asInt(),
                        report.path("skipped").size(),
                        suspicious(report.path("suspicious")));
    }

    /** The catalog leaves out a price that is a hundred times off. */
    private static String suspicious(JsonNode models) {
        List<String> ids = new ArrayList<>();
        models.forEach(model -> ids.add(model.path("id").asText()));
        return ids.isEmpty()
                ? ""
                : "; %d left out as a hundred times off their neighbours, such as %s".formatted(ids.size(), ids.get(0));
    }

    boolean hasModel(String id) throws InterruptedException {
        return exists("/v1/models?id=" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    }

    void createOrganizations() throws InterruptedException {
        for (DemoCustomers.Customer customer : DemoCustomers.ORGANIZATIONS) {
            if (!exists("/v1/organizations/" + customer.id())) {
                create(
                        "/v1/organizations",
                        JSON.createObjectNode()
                                .put("id", customer.id())
                                .put("name", customer.name())
                                .put("time_zone", customer.timeZone()));
            }
        }
    }

    /** Makes sure of the keys and returns their identifiers, in the order given. */
    Map<DemoKey, String> createKeys(List<DemoKey> keys) throws InterruptedException {
        Map<String, String> existing = keysByLabel();
        Map<DemoKey, String> identifiers = new LinkedHashMap<>();
        for (DemoKey key : keys) {
            String known = existing.get(key.label());
            identifiers.put(key, known == null ? createKey(key) : known);
        }
        return identifiers;
    }

    private String createKey(DemoKey key) throws InterruptedException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        ObjectNode body = JSON.createObjectNode()
                .put("organization", key.organization())
                .put("provider", key.provider())
                .put("label", key.label())
                // It opens nothing: the demo calls no model.
                .put("key", "demo-" + HexFormat.of().formatHex(random))
                .put("daily_quota", key.dailyQuota())
                .put("monthly_quota", key.monthlyQuota());
        return create("/v1/api-keys", body).path("id").asText();
    }

    private Map<String, String> keysByLabel() throws InterruptedException {
        Map<String, String> keys = new HashMap<>();
        String after = "";
        while (true) {
            JsonNode page = required(api.get("/v1/api-keys?limit=%d%s".formatted(PAGE, after)), "list the API keys");
            page.path("items")
                    .forEach(key ->
                            keys.put(key.path("label").asText(), key.path("id").asText()));
            if (!page.hasNonNull("next")) {
                return keys;
            }
            after = "&after=" + page.path("next").asText();
        }
    }

    private boolean exists(String path) throws InterruptedException {
        JsonApi.Answer answer = patiently(() -> api.get(path));
        if (answer instanceof JsonApi.Answer.Given given && given.status() == 404) {
            return false;
        }
        required(answer, "look up " + path);
        return true;
    }

    private JsonNode create(String path, JsonNode body) throws InterruptedException {
        HttpRequest.BodyPublisher publisher = HttpRequest.BodyPublishers.ofString(body.toString());
        return required(patiently(() -> api.post(path, JSON_TYPE, publisher)), "create an entry of %s".formatted(path));
    }

    @FunctionalInterface
    private interface Request {
        JsonApi.Answer send() throws InterruptedException;
    }

    /** The catalog may be catching its breath, or starting again. */
    private static JsonApi.Answer patiently(Request request) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonApi.Answer answer = request.send();
        while (answer instanceof JsonApi.Answer.NotNow && System.nanoTime() < deadline) {
            Thread.sleep(500);
            answer = request.send();
        }
        return answer;
    }

    private JsonNode required(JsonApi.Answer answer, String purpose) {
        if (answer instanceof JsonApi.Answer.Given given) {
            if (given.isSuccess()) {
                return given.body();
            }
            List<String> reasons = new ArrayList<>();
            reasons.add(given.body().path("detail").asText("HTTP " + given.status()));
            given.body()
                    .path("errors")
                    .forEach(error -> reasons.add(error.path("field").asText() + " "
                            + error.path("message").asText()));
            throw new StartFailure("%s did not %s: %s.".formatted(api.app(), purpose, String.join("; ", reasons)));
        }
        throw new StartFailure(
                "%s did not %s: %s.".formatted(api.app(), purpose, ((JsonApi.Answer.NotNow) answer).reason()));
    }
}
