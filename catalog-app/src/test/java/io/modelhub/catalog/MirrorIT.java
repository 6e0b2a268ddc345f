package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The database and the topics as copies of each other, on brokers that no other test writes to. */
class MirrorIT {

    private static final Platform PLATFORM = Platform.shared();

    private static KafkaForTests kafka;
    private static Platform.Database filled;
    /** What the filled database answers, by path. */
    private static Map<String, String> answers;
    /** The path of one of its API keys. */
    private static String key;

    /** A catalog that was filled, published and stopped; each test works on brokers or databases of its own beside it. */
    @BeforeAll
    static void fillOnce() {
        kafka = KafkaForTests.start();
        filled = PLATFORM.database("mirror_filled_it");
        try (RunningCatalog catalog = RunningCatalog.start(settings(filled, kafka))) {
            key = "/v1/api-keys/" + fill(catalog);
            awaitRelayed(catalog);
            answers = answers(catalog);
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private static List<String> settings(Platform.Database database, KafkaForTests broker) {
        return RunningCatalog.settings(
                database, broker.bootstrapServers(), PLATFORM.registry().url());
    }

    @Test
    void aDatabaseThatIsRebuiltFromTheTopicsAnswersAsTheLostOneDid() throws Exception {
        List<String> rebuilt = settings(PLATFORM.database("mirror_rebuilt_it"), kafka);
        Map<TopicPartition, Long> ends = ends();

        CommandRun rebuild = CommandRun.of("rebuild", rebuilt, "--json");

        assertThat(rebuild.exitCode()).as(rebuild.err()).isZero();
        assertThat(JsonMapper.shared().readTree(rebuild.out()).path("rebuilt").toString())
                .contains("\"modelhub.catalog.organizations\":3")
                .contains("\"modelhub.catalog.providers\":3")
                .contains("\"modelhub.catalog.models\":3")
                .contains("\"modelhub.catalog.routing-rules\":2")
                .contains("\"modelhub.catalog.api-keys\":3")
                .contains("\"modelhub.catalog.deleted-models\":1")
                .contains("\"modelhub.catalog.deleted-api-keys\":1");
        assertThat(CommandRun.of("check", rebuilt).out()).endsWith("The database and the topics are equal.\n");
        try (RunningCatalog catalog = RunningCatalog.start(rebuilt)) {
            catalog.awaitReady();
            Map<String, String> after = answers(catalog);
            after.replaceAll((path, text) -> text.replace("\"awaits_secret\":true", "\"awaits_secret\":false"));
            assertThat(after).isEqualTo(answers);

            assertThat(catalog.get("/v1/organizations/gone").status()).isEqualTo(404);
            assertThat(ends()).as("nothing is published again").isEqualTo(ends);
            assertAwaitsItsSecret(catalog, key);
        }
    }

    /** @return the id of an API key */
    private static String fill(RunningCatalog catalog) {
        created(catalog.post("/v1/organizations", "{\"id\":\"acme\",\"name\":\"Ac\\\"me — \\u0416\\ud83d\\ude80\"}"));
        created(catalog.post(
                "/v1/organizations",
                "{\"id\":\"a-b_c-9\",\"name\":\"  x  \",\"time_zone\":\"Asia/Kolkata\",\"status\":\"Inactive\"}"));
        created(catalog.post("/v1/organizations", "{\"id\":\"lab\",\"name\":\"Lab\"}"));
        created(catalog.post("/v1/organizations", "{\"id\":\"gone\",\"name\":\"Gone\"}"));
        for (int rename = 1; rename <= 3; rename++) {
            catalog.put("/v1/organizations/lab", "{\"name\":\"Lab " + rename + "\"}");
        }
        assertThat(catalog.delete("/v1/organizations/gone").status()).isEqualTo(204);
        created(catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}"));
        created(catalog.post("/v1/providers", """
                {"slug":"mistral","name":"Mistral AI","description":"line\\nbreak","website":"https://mistral.ai",
                "documentation_url":"https://docs.mistral.ai/api","status":"Deprecated",
                "config":{"b":1.50,"a":[null,{"x":"\\u2028"}]}}"""));
        created(catalog.post("/v1/providers", "{\"slug\":\"idle\",\"name\":\"Idle\",\"status\":\"Inactive\"}"));
        Answer model = created(catalog.post("/v1/models", """
                {"provider":"openai","name":"us.anthropic/claude-3:0@x","version":"2024-08-06","model_type":"Text",
                "capabilities":["vision","a b"],"config":{"family":"4o"},"context_window":128000,
                "cost_input":"0.0025","cost_output":"0.010","cost_input_cached":"0.00125",
                "tiers":[{"above_input_tokens":200000,"cost_input":"0.005","cost_output":"0.02"},
                {"above_input_tokens":64000,"cost_input":"0.004","cost_output":"0.02","cost_reasoning":"0.03"}]}"""));
        String path = "/v1/models/" + model.body().path("uuid").asString();
        String repriced =
                model.text().replaceFirst("\"cost_input\":\"0.0025\"", "\"cost_input\":\"0.00000000000000000001\"");
        assertThat(catalog.put(path, repriced).body().path("prices").size()).isEqualTo(2);
        assertThat(catalog.patch(path, "{\"cost_input\":\"0.0025\"}")
                        .body()
                        .path("prices")
                        .size())
                .isEqualTo(3);
        created(catalog.post(path + "/prices", """
                {"correction":true,"effective_from":"2026-01-01T00:00:00Z","effective_until":"2026-02-01T00:00:00Z",
                "cost_input":"0.9","cost_output":"1.8","reason":"a slip"}"""));
        created(catalog.post("/v1/models", "{\"provider\":\"mistral\",\"name\":\"free\",\"model_type\":\"Code\"}"));
        created(
                catalog.post(
                        "/v1/models",
                        "{\"provider\":\"idle\",\"name\":\"é\",\"model_type\":\"Voice\",\"status\":\"Deprecated\",\"cost_input\":0,\"cost_output\":0}"));
        String key =
                created(catalog.post("/v1/api-keys", """
                        {"organization":"acme","provider":"openai","label":"production","key":"sk-secret-0123x4Tb",
                        "is_default":true,"daily_quota":"12.5","monthly_quota":300}""")).body().path("id").asString();
        created(catalog.post(
                "/v1/api-keys",
                "{\"provider\":\"openai\",\"label\":\"shared\",\"key\":\"sk-shared-0001\",\"is_active\":false}"));
        Answer second = created(
                catalog.post("/v1/api-keys", "{\"provider\":\"mistral\",\"label\":\"m\",\"key\":\"sk-mistral-0001\"}"));
        catalog.put(
                "/v1/api-keys/" + second.body().path("id").asString(),
                "{\"label\":\"renamed\",\"monthly_quota\":\"0.000000000001\"}");
        for (String organization : List.of("\"lab\"", "\"acme\"", "null")) {
            Answer moved = catalog.patch(
                    "/v1/api-keys/" + second.body().path("id").asString(), "{\"organization\":" + organization + "}");
            assertThat(moved.status()).as(moved.text()).isEqualTo(200);
        }
        Answer retired = created(catalog.post("/v1/models", """
                {"provider":"mistral","name":"retired","model_type":"Text","cost_input":"0.5","cost_output":"1.5"}"""));
        catalog.delete("/v1/models/" + retired.body().path("uuid").asString());
        Answer revoked = created(catalog.post("/v1/api-keys", """
                {"organization":"lab","provider":"mistral","label":"revoked","key":"sk-mistral-0002"}"""));
        catalog.delete("/v1/api-keys/" + revoked.body().path("id").asString());
        created(catalog.post("/v1/routing-rules", """
                {"organization":"acme","name":"Long — prompts","description":"d","priority":7,"model_type":"Text",
                "conditions":{">":[{"var":"attributes.tokens"},1000.50]},"max_error_rate":0.25,"max_latency_p95_ms":900,
                "min_calls":7,"models":[{"model":"openai/us.anthropic/claude-3:0@x@2024-08-06","weight":2.5,"notes":"n",
                "tags":["b","a"]}]}"""));
        Answer general = created(catalog.post("/v1/routing-rules", """
                {"name":"Rest","priority":100,"model_type":"Code","models":[{"model":"mistral/free","weight":1}]}"""));
        catalog.patch("/v1/routing-rules/" + general.body().path("id").asString(), "{\"priority\":99}");
        return key;
    }

    private static Answer created(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    /** Every list and every single entity, by path. */
    private static Map<String, String> answers(RunningCatalog catalog) {
        Map<String, String> identifiers = new LinkedHashMap<>();
        identifiers.put("/v1/organizations", "id");
        identifiers.put("/v1/providers", "slug");
        identifiers.put("/v1/models", "uuid");
        identifiers.put("/v1/api-keys", "id");
        identifiers.put("/v1/routing-rules", "id");
        Map<String, String> answers = new TreeMap<>();
        identifiers.forEach((list, identifier) -> {
            Answer answer = catalog.get(list + "?limit=1000");
            answers.put(list, answer.text());
            for (JsonNode item : answer.body().path("items")) {
                String path = list + "/" + item.path(identifier).asString();
                answers.put(path, catalog.get(path).text());
            }
        });
        assertThat(answers).hasSize(5 + 14);
        return answers;
    }

    private static void assertAwaitsItsSecret(RunningCatalog catalog, String path) {
        Answer awaiting = catalog.get(path);
        assertThat(awaiting.body().path("awaits_secret").booleanValue()).isTrue();
        assertThat(awaiting.body().path("fingerprint").asString()).isEqualTo("x4Tb");
        Answer refused = catalog.post(path + "/reveal", "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("code").asString()).isEqualTo("secret_awaited");
        assertThat(catalog.get("/v1/api-keys/selection?organization=acme&provider=openai")
                        .body()
                        .path("passed_over")
                        .get(0)
                        .path("reason")
                        .asString())
                .isEqualTo("awaits_secret");

        Answer given = catalog.patch(path, "{\"key\":\"sk-secret-again-y5Uc\"}");
        assertThat(given.status()).as(given.text()).isEqualTo(200);
        assertThat(given.body().path("awaits_secret").booleanValue()).isFalse();
        assertThat(given.body().path("fingerprint").asString()).isEqualTo("y5Uc");
        assertThat(catalog.post(path + "/reveal", "").body().path("key").asString())
                .isEqualTo("sk-secret-again-y5Uc");
    }

    @Test
    void aDatabaseThatIsNotEmptyIsNotRebuilt() {
        CommandRun rebuild = CommandRun.of("rebuild", settings(filled, kafka));

        assertThat(rebuild.exitCode()).isEqualTo(1);
        assertThat(rebuild.out())
                .startsWith(
                        "The database is not empty: see organization, provider, model, routing_rule, api_key, deleted_model, deleted_api_key. Only an empty one");
    }

    @Test
    void nothingIsRebuiltWhereTheTopicsAreMissing() {
        try (KafkaForTests empty = KafkaForTests.start()) {
            CommandRun rebuild = CommandRun.of("rebuild", settings(PLATFORM.database("mirror_topicless_it"), empty));

            assertThat(rebuild.exitCode()).isEqualTo(1);
            assertThat(rebuild.err())
                    .isEqualTo("rebuild could not be done: there is no topic modelhub.catalog.organizations\n");
        }
    }

    @Test
    void republishFillsAnEmptyBrokerAndCheckNamesWhateverDiffersUntilItIsRepublished() throws Exception {
        Platform.Database database = PLATFORM.copyOf(filled, "mirror_differs_it");
        try (KafkaForTests empty = KafkaForTests.start()) {
            List<String> settings = settings(database, empty);
            assertThat(CommandRun.of("republish", settings).exitCode()).isZero();
            assertThat(CommandRun.of("check", settings).out()).endsWith("The database and the topics are equal.\n");

            // As a hand at the database, or a restored backup, would do it.
            JdbcClient jdbc = database.jdbc();
            jdbc.sql("UPDATE organization SET name = 'Other', revision = 9 WHERE id = 'acme'")
                    .update();
            jdbc.sql("DELETE FROM api_key WHERE provider = 'mistral'").update();
            jdbc.sql("INSERT INTO provider SELECT 'manual', 'Manual', null, null, null, 'Active', '{}', 1, now()")
                    .update();
            jdbc.sql("ALTER TABLE model_price DISABLE TRIGGER model_price_gone")
                    .update(); // A minute after it was filled, the last price has begun.
            jdbc.sql("DELETE FROM model_price WHERE effective_from = (SELECT max(effective_from) FROM model_price)")
                    .update();

            CommandRun check = CommandRun.of("check", settings);
            assertThat(check.exitCode()).isEqualTo(1);
            assertThat(check.out())
                    .contains(
                            "modelhub.catalog.organizations acme: name is Other in the database and Ac\"me — Ж🚀 on the topic")
                    .contains("modelhub.catalog.organizations acme: revision is 9 in the database and 1 on the topic")
                    .contains("modelhub.catalog.providers manual: only in the database")
                    .containsPattern("modelhub.catalog.api-keys [-0-9a-f]{36}: only on the topic")
                    .contains("@2024-08-06: prices[2] is null in the database and {")
                    .contains("The database and the topics differ in 5 places; 0 records wait to be published.");
            assertTheJarPrintsNothingButItsReport(settings);

            // Nobody can read it, and it goes all the same.
            send(empty, Topics.CATALOG_MODELS.name(), "openai/stray", new byte[] {1, 2, 3});
            assertThat(CommandRun.of("check", settings).err())
                    .startsWith(
                            "check could not be done: what modelhub.catalog.models says of openai/stray can't be read");
            CommandRun republish = CommandRun.of("republish", settings);
            assertThat(republish.exitCode()).as(republish.err()).isZero();
            assertThat(republish.out())
                    .contains("modelhub.catalog.providers: 4 published, 0 retracted")
                    .contains("modelhub.catalog.models: 3 published, 1 retracted")
                    .contains("modelhub.catalog.api-keys: 2 published, 1 retracted");
            assertThat(CommandRun.of("check", settings).exitCode()).isZero();
        }
    }

    private static void assertTheJarPrintsNothingButItsReport(List<String> settings) throws Exception {
        Process check = CatalogProcess.running("check", settings, "--json");
        JsonNode report = JsonMapper.shared().readTree(check.getInputStream().readAllBytes());

        assertThat(check.waitFor()).isEqualTo(1);
        assertThat(report.path("differences").size()).isEqualTo(5);
        assertThat(report.path("differences").get(0).toString())
                .isEqualTo("{\"topic\":\"modelhub.catalog.organizations\",\"key\":\"acme\",\"field\":\"name\","
                        + "\"in_database\":\"Other\",\"on_topic\":\"Ac\\\"me — Ж🚀\"}");
    }

    @Test
    void republishAndCheckGoTogetherWithWriters() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(2);
        AtomicBoolean writing = new AtomicBoolean(true);
        KafkaForTests written = KafkaForTests.start();
        List<String> settings = settings(PLATFORM.database("mirror_writers_it"), written);
        try (written;
                RunningCatalog catalog = RunningCatalog.start(settings)) {
            for (int writer = 0; writer < 2; writer++) {
                created(catalog.post("/v1/organizations", "{\"id\":\"w" + writer + "\",\"name\":\"0\"}"));
            }
            List<Future<?>> ends = List.of(0, 1).stream()
                    .<Future<?>>map(writer -> writers.submit(() -> {
                        for (int write = 1; writing.get(); write++) {
                            String path = "/v1/organizations/w" + writer;
                            assertThat(catalog.put(path, "{\"name\":\"" + write + "\"}")
                                            .status())
                                    .isEqualTo(200);
                            String fleeting = "fleeting-" + writer + "-" + write % 7;
                            catalog.post("/v1/organizations", "{\"id\":\"" + fleeting + "\",\"name\":\"F\"}");
                            catalog.delete("/v1/organizations/" + fleeting);
                        }
                    }))
                    .collect(Collectors.toList());
            for (int round = 0; round < 3; round++) {
                CommandRun republish = CommandRun.of("republish", settings);
                assertThat(republish.exitCode()).as(republish.err()).isZero();
                CommandRun check = CommandRun.of("check", settings);
                assertThat(check.exitCode()).as(check.out()).isZero();
            }
            writing.set(false);
            for (Future<?> end : ends) {
                end.get();
            }
            awaitRelayed(catalog);
            CommandRun check = CommandRun.of("check", settings);
            assertThat(check.exitCode()).as(check.out()).isZero();
        } finally {
            writing.set(false);
            writers.shutdownNow();
        }
    }

    @Test
    void aCommandThatIsNotThereIsNamedWithThoseThatAre() {
        CommandRun wrong = CommandRun.of("rebuilt", List.of());

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("There is no command \"rebuilt\"").contains("republish", "rotate-keys");
    }

    private static Map<TopicPartition, Long> ends() throws Exception {
        try (Admin admin = kafka.admin()) {
            Map<TopicPartition, OffsetSpec> partitions = Topics.ALL.stream()
                    .map(TopicDefinition::name)
                    .filter(name -> name.startsWith("modelhub.catalog."))
                    .collect(Collectors.toMap(name -> new TopicPartition(name, 0), name -> OffsetSpec.latest()));
            return admin.listOffsets(partitions).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        }
    }

    private static void send(KafkaForTests broker, String topic, String key, byte[] value) throws Exception {
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    private static void awaitRelayed(RunningCatalog catalog) {
        Eventually.holds(
                "all is relayed",
                () -> catalog.jdbc()
                                .sql("SELECT count(*) FROM outbox")
                                .query(Long.class)
                                .single()
                        == 0);
    }
}
