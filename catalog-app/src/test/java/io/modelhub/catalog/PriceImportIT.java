package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.Model;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

        // Rates at random are far from each other.
        Answer first = catalog.post("/v1/prices/import?accept_suspicious=true", list);

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

        Answer report = catalog.post(
                "/v1/prices/import?accept_suspicious=acme/acme-large@2031&accept_suspicious=acme/eu/small:0",
                new String(sample, StandardCharsets.UTF_8));

        assertThat(report.status()).as(report.text()).isEqualTo(200);
        assertThat(report.body().path("models_created").asInt()).isEqualTo(7);
        assertThat(report.body().path("format").asString()).isEqualTo("litellm");
        assertThat(report.body().path("skipped").size()).isEqualTo(17);
        assertThat(catalog.get("/v1/models?id=" + RunningCatalog.encoded("acme/acme-large@2031"))
                        .body()
                        .path("cost_input")
                        .asString())
                .isEqualTo("135");
    }

    @Test
    void refusesWhatIsNoPriceList() {
        assertThat(catalog.post("/v1/prices/import", "[]").errors()).containsExactly("body type");
        assertThat(catalog.post("/v1/prices/import?format=genai-prices", "{}").errors())
                .containsExactly("body type");
        assertThat(catalog.post("/v1/prices/import?format=csv", "{}").errors()).containsExactly("format unknown_value");
        assertThat(catalog.post("/v1/prices/import?format=csv", "{}").status()).isEqualTo(400);
        assertThat(catalog.post("/v1/prices/import?preview=perhaps", "{}").status())
                .isEqualTo(400);
        assertThat(catalog.post("/v1/prices/import", "{\"a\":").status()).isEqualTo(400);
        assertThat(catalog.post("/v1/prices/import", "{}").status()).isEqualTo(200);
    }

    /** The same model at three providers: the price of the last one is in another unit. */
    private static String namesakes(String list, String rate) {
        return """
                {"%1$s-a/maker/deep":{"litellm_provider":"%1$s-a","mode":"chat","input_cost_per_token":6e-07,"output_cost_per_token":2e-06},
                "%1$s-b/deep":{"litellm_provider":"%1$s-b","mode":"chat","input_cost_per_token":7e-07,"output_cost_per_token":3e-06},
                "%1$s-c/maker/deep":{"litellm_provider":"%1$s-c","mode":"chat","input_cost_per_token":%2$s,"output_cost_per_token":2e-06}}""".formatted(list, rate);
    }

    @Test
    void previewsAndChangesNothing() {
        String list = namesakes("previewed", "0.135");
        long modelsBefore = count("SELECT count(*) FROM model");

        Answer preview = catalog.post("/v1/prices/import?preview=true", list);

        assertThat(preview.status()).as(preview.text()).isEqualTo(200);
        assertThat(preview.body().path("preview").booleanValue()).isTrue();
        assertThat(preview.body().path("providers_created").asInt()).isEqualTo(2);
        assertThat(preview.body().path("models_created").asInt()).isEqualTo(2);
        assertThat(preview.body().path("created").get(0).path("id").asString()).isEqualTo("previewed-a/maker/deep");
        assertThat(preview.body()
                        .path("created")
                        .get(0)
                        .path("prices")
                        .get(0)
                        .path("cost_input")
                        .asString())
                .isEqualTo("0.0006");
        assertThat(preview.body().path("suspicious").size()).isEqualTo(1);
        assertThat(preview.body().path("suspicious").get(0).path("id").asString())
                .isEqualTo("previewed-c/maker/deep");
        assertThat(preview.body()
                        .path("suspicious")
                        .get(0)
                        .path("compared_with")
                        .asString())
                .isEqualTo("namesakes");
        assertThat(count("SELECT count(*) FROM model")).isEqualTo(modelsBefore);
        assertThat(catalog.get("/v1/providers/previewed-a").status()).isEqualTo(404);

        // What is applied is what was previewed.
        Answer applied = catalog.post("/v1/prices/import", list);
        assertThat(applied.body().path("created").toString())
                .isEqualTo(preview.body()
                        .path("created")
                        .toString()
                        .replaceAll(
                                "\"recorded_at\":\"[^\"]*\"",
                                "\"recorded_at\":"
                                        + applied.body()
                                                .path("created")
                                                .get(0)
                                                .path("prices")
                                                .get(0)
                                                .path("recorded_at")));
        assertThat(applied.body().path("suspicious").toString())
                .isEqualTo(preview.body().path("suspicious").toString());
    }

    @Test
    void leavesASuspiciousPriceOutUntilItIsAccepted() {
        String list = namesakes("doubted", "0.135");
        String suspicious = "/v1/models?id=" + RunningCatalog.encoded("doubted-c/maker/deep");

        Answer careful = catalog.post("/v1/prices/import", list);
        assertThat(careful.body().path("models_created").asInt()).isEqualTo(2);
        assertThat(careful.body().path("suspicious").get(0).path("accepted").booleanValue())
                .isFalse();
        assertThat(careful.body().path("suspicious").get(0).path("reason").asString())
                .isEqualTo("its cost_input of 135 is 192,857 times that of the same model at other providers, 0.0007");
        assertThat(catalog.get(suspicious).status()).isEqualTo(404);

        Answer accepting = catalog.post("/v1/prices/import?accept_suspicious=doubted-c/maker/deep", list);
        assertThat(accepting.body().path("models_created").asInt()).isEqualTo(1);
        assertThat(accepting.body().path("suspicious").get(0).path("accepted").booleanValue())
                .isTrue();
        assertThat(catalog.get(suspicious).body().path("cost_input").asString()).isEqualTo("135");

        // What was accepted once is unchanged and no longer suspicious.
        Answer again = catalog.post("/v1/prices/import", list);
        assertThat(again.body().path("models_unchanged").asInt()).isEqualTo(3);
        assertThat(again.body().path("suspicious").size()).isZero();

        // A price a hundred times off the model's own last one.
        Answer jump = catalog.post("/v1/prices/import", namesakes("doubted", "6e-07"));
        assertThat(jump.body().path("models_updated").asInt()).isZero();
        assertThat(jump.body().path("suspicious").get(0).path("compared_with").asString())
                .isEqualTo("own_last");
        assertThat(jump.body().path("suspicious").get(0).path("reason").asString())
                .isEqualTo("its cost_input of 0.0006 is 225,000 times less than its last one, 135");
    }

    @Test
    void reportsAChangeFromAndTo() {
        catalog.post("/v1/prices/import", namesakes("moved", "6e-07"));

        Answer changed = catalog.post("/v1/prices/import", namesakes("moved", "9e-07"));

        assertThat(changed.body().path("models_unchanged").asInt()).isEqualTo(2);
        assertThat(changed.body().path("updated").size()).isEqualTo(1);
        assertThat(changed.body().path("updated").get(0).path("id").asString()).isEqualTo("moved-c/maker/deep");
        assertThat(changed.body().path("updated").get(0).path("changes").toString())
                .isEqualTo("[\"price\"]");
        assertThat(changed.body()
                        .path("updated")
                        .get(0)
                        .path("from")
                        .path("cost_input")
                        .asString())
                .isEqualTo("0.0006");
        assertThat(changed.body()
                        .path("updated")
                        .get(0)
                        .path("to")
                        .get(0)
                        .path("cost_input")
                        .asString())
                .isEqualTo("0.0009");
        // Within the lead the announced price stands already.
        assertThat(catalog.post("/v1/prices/import", namesakes("moved", "9e-07"))
                        .body()
                        .path("models_unchanged")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void importsGenAiPricesWithItsDatesAndTiers() throws Exception {
        String sample;
        try (InputStream file =
                Objects.requireNonNull(PriceImportIT.class.getResourceAsStream("/genai-prices-sample.json"))) {
            sample = new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\"acme\"", "\"genai-acme\"");
        }
        String path = "/v1/prices/import?format=genai-prices&accept_suspicious=true";

        Answer report = catalog.post(path, sample);

        assertThat(report.status()).as(report.text()).isEqualTo(200);
        assertThat(report.body().path("models_created").asInt()).isEqualTo(7);
        assertThat(report.body().path("skipped").size()).isEqualTo(9);
        assertThat(report.body().path("warnings").size()).isEqualTo(3);
        Answer dated = catalog.get("/v1/models?id=genai-acme/dated");
        assertThat(dated.body().path("prices").size()).isEqualTo(3);
        assertThat(dated.body().path("cost_input").asString()).isEqualTo("0.002");
        assertThat(dated.body().path("price_effective_from").asString()).isEqualTo("2025-06-10T00:00:00Z");
        assertThat(dated.body().path("prices").get(2).path("effective_from").asString())
                .isEqualTo("2031-06-10T00:00:00Z");
        assertThat(catalog.get("/v1/models?id=genai-acme/tiered")
                        .body()
                        .path("tiers")
                        .get(0)
                        .path("cost_output")
                        .asString())
                .isEqualTo("0.0225");
        assertThat(catalog.post(path, sample).body().path("models_unchanged").asInt())
                .isEqualTo(7);

        // The other format names the same model with the same price: nothing changes; with another one, the last import
        // holds.
        String same =
                "{\"genai-acme/vectors\":{\"litellm_provider\":\"genai-acme\",\"mode\":\"embedding\",\"input_cost_per_token\":%s}}";
        assertThat(catalog.post("/v1/prices/import", same.formatted("2e-08"))
                        .body()
                        .path("models_unchanged")
                        .asInt())
                .isEqualTo(1);
        assertThat(catalog.post("/v1/prices/import", same.formatted("3e-08"))
                        .body()
                        .path("updated")
                        .get(0)
                        .path("changes")
                        .toString())
                .isEqualTo("[\"price\"]");
    }

    @Test
    void twoImportsAtOnceDoTheWorkOnce() throws Exception {
        StringBuilder entries = new StringBuilder();
        for (int model = 0; model < 300; model++) {
            entries.append(model == 0 ? "{" : ",")
                    .append(
                            "\"racer-%d/m%d\":{\"litellm_provider\":\"racer-%d\",\"mode\":\"chat\",\"input_cost_per_token\":1e-06,\"output_cost_per_token\":2e-06}"
                                    .formatted(model % 7, model, model % 7));
        }
        String list = entries.append("}").toString();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            List<Answer> first = together(clients, list);
            assertThat(first).extracting(Answer::status).containsOnly(200);
            assertThat(first.stream()
                            .mapToInt(answer ->
                                    answer.body().path("models_created").asInt())
                            .sum())
                    .isEqualTo(300);
            assertThat(count("SELECT count(*) FROM model WHERE provider LIKE 'racer-%'"))
                    .isEqualTo(300);

            List<Answer> second = together(clients, list.replace("1e-06", "3e-06"));
            assertThat(second).extracting(Answer::status).containsOnly(200);
            assertThat(second.stream()
                            .mapToInt(answer ->
                                    answer.body().path("models_updated").asInt())
                            .sum())
                    .isEqualTo(300);
            assertThat(
                            count(
                                    "SELECT count(*) FROM model_price JOIN model ON uuid = model WHERE provider LIKE 'racer-%'"))
                    .isEqualTo(600);
        } finally {
            clients.shutdownNow();
        }
    }

    private static List<Answer> together(ExecutorService clients, String list) throws Exception {
        List<Future<Answer>> running = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            running.add(clients.submit(() -> catalog.post("/v1/prices/import", list)));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> answer : running) {
            answers.add(answer.get());
        }
        return answers;
    }

    @Test
    void appliesAllOrNothing() {
        // The database refuses the last of the list's models: the first ones must not be there either.
        catalog.jdbc()
                .sql("ALTER TABLE model ADD CONSTRAINT model__name__cursed CHECK (name <> 'cursed')")
                .update();
        try {
            Answer refused = catalog.post("/v1/prices/import", """
                    {"halfway/fine":{"litellm_provider":"halfway","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":1e-06},
                    "halfway/cursed":{"litellm_provider":"halfway","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}}""");

            assertThat(refused.status()).as(refused.text()).isEqualTo(422);
            assertThat(count("SELECT count(*) FROM model WHERE provider = 'halfway'"))
                    .isZero();
            assertThat(catalog.get("/v1/providers/halfway").status()).isEqualTo(404);
        } finally {
            catalog.jdbc()
                    .sql("ALTER TABLE model DROP CONSTRAINT model__name__cursed")
                    .update();
        }
    }

    private static long count(String sql) {
        return catalog.jdbc().sql(sql).query(Long.class).single();
    }
}
