package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.Model;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PriceImportIT {

    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("price_import_it"));
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @Test
    void importsHundredsOfModelsOnceAndPublishesEachPrice() {
        Map<String, BigDecimal> ratePerToken = new HashMap<>();
        List<String> entries = new ArrayList<>();
        Random random = new Random(7);
        for (int model = 0; model < 400; model++) {
            String provider = "lister-" + model % 20;
            BigDecimal rate = BigDecimal.valueOf(1 + random.nextInt(1_000_000), 6 + random.nextInt(11));
            ratePerToken.put(provider + "/m/" + model + ":x", rate);
            entries.add("""
                    "%s/m/%d:x":{"litellm_provider":"%s","mode":"chat","max_input_tokens":8192,
                    "input_cost_per_token":%s,"output_cost_per_token":0}""".formatted(provider, model, provider, rate));
        }
        entries.add("\"lister-0/unpriced\":{\"litellm_provider\":\"lister-0\",\"mode\":\"chat\"}");
        String list = "{" + String.join(",", entries) + "}";

        Answer first = catalog.post("/v1/prices/import", list);

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.text())
                .startsWith(
                        "{\"providers_created\":20,\"models_created\":400,\"models_updated\":0,\"models_unchanged\":0,")
                .contains("{\"name\":\"lister-0/unpriced\",\"code\":\"no_price\",");
        List<ConsumerRecord<String, Model>> published = TopicContents.of(
                Platform.shared().topics().models(),
                records -> records.stream()
                                .filter(record -> ratePerToken.containsKey(record.key()))
                                .count()
                        >= 400);
        for (ConsumerRecord<String, Model> record : published) {
            BigDecimal rate = ratePerToken.get(record.key());
            if (rate != null) {
                assertThat(record.value().getPrices().get(0).getCostInput())
                        .isEqualByComparingTo(rate.multiply(BigDecimal.valueOf(1_000)));
            }
        }

        Answer second = catalog.post("/v1/prices/import", list);
        assertThat(second.text())
                .startsWith(
                        "{\"providers_created\":0,\"models_created\":0,\"models_updated\":0,\"models_unchanged\":400,");
        assertThat(catalog.jdbc()
                        .sql("SELECT max(revision) FROM model WHERE provider LIKE 'lister-%'")
                        .query(Long.class)
                        .single())
                .isEqualTo(1L);
    }

    @Test
    void opensAPeriodForAChangedPriceAndKeepsWhatTheListDoesNotSay() {
        String path = "/v1/models?id=" + RunningCatalog.encoded("relister/m");
        catalog.post("/v1/prices/import", entry("1e-06", "\"supports_vision\":true,\"max_tokens\":4096,"));
        String uuid = catalog.get(path).body().path("uuid").asString();
        catalog.put("/v1/models/" + uuid, catalog.get(path).text().replace("\"Active\"", "\"Deprecated\""));

        Answer changed = catalog.post("/v1/prices/import", entry("2e-06", ""));

        assertThat(changed.body().path("models_updated").asInt()).isEqualTo(1);
        Answer model = catalog.get(path);
        assertThat(model.body().path("status").asString()).isEqualTo("Deprecated");
        assertThat(model.body().path("context_window").asInt()).isEqualTo(4096);
        assertThat(model.body().path("capabilities").size()).isZero();
        assertThat(model.body().path("prices").size()).isEqualTo(2);
        assertThat(model.body().path("prices").get(0).path("cost_input").asString())
                .isEqualTo("0.001");
        assertThat(model.body().path("cost_input").asString()).isEqualTo("0.002");
        assertThat(model.body().path("revision").asInt()).isEqualTo(3);
    }

    private static String entry(String rate, String more) {
        return "{\"relister/m\":{%s\"litellm_provider\":\"relister\",\"mode\":\"chat\",\"input_cost_per_token\":%s,\"output_cost_per_token\":%s}}"
                .formatted(more, rate, rate);
    }

    @Test
    void importsTheSampleAndReportsWhatItSkips() throws Exception {
        byte[] sample = Objects.requireNonNull(PriceImportIT.class.getResourceAsStream("/litellm-sample.json"))
                .readAllBytes();

        Answer report = catalog.post("/v1/prices/import", new String(sample, StandardCharsets.UTF_8));

        assertThat(report.status()).as(report.text()).isEqualTo(200);
        assertThat(report.body().path("models_created").asInt()).isEqualTo(7);
        assertThat(report.body().path("skipped").size()).isEqualTo(17);
        assertThat(catalog.get("/v1/models?id=" + RunningCatalog.encoded("acme/acme-large@2031"))
                        .body()
                        .path("cost_input")
                        .asString())
                .isEqualTo("135");
    }

    @Test
    void refusesWhatIsNoPriceList() {
        assertThat(catalog.post("/v1/prices/import", "[]").status()).isEqualTo(400);
        assertThat(catalog.post("/v1/prices/import", "{\"a\":").status()).isEqualTo(400);
        assertThat(catalog.post("/v1/prices/import", "{}").status()).isEqualTo(200);
    }
}
