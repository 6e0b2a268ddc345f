package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client reads over HTTP, from the app as it is shipped. */
class ApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "7a1d0c3e-0000-4000-8000-000000000009";
    private static final String KEY = "0b0f7a5e-0000-4000-8000-000000000009";

    /** The start of an hour that has begun and is within the acceptance horizon. */
    private static final Instant HOUR = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS);

    /** The zone of the key's organization: it is the same month there as at {@link #HOUR}, after which one may have ended in UTC. */
    private static final ZoneId ZONE = monthIn(ZoneOffset.UTC, HOUR).equals(monthIn(ZoneOffset.UTC, Instant.now()))
            ? ZoneId.of("UTC")
            : ZoneId.of("America/New_York");

    @TempDir
    private static Path folder;

    private static KafkaForTests kafka;
    private static RegistryForTests registry;
    private static AggregatorProcess aggregator;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        aggregator = AggregatorProcess.start(
                kafka.bootstrapServers(), registry.url(), folder.resolve("state"), folder.resolve("log"));
        Eventually.holds("the aggregator is ready", () -> aggregator.isReady());
        publishCatalog();
        send(call("a", "acme", "openai/gpt-4o", 0, "1.5"));
        send(call("b", "acme", "openai/gpt-4o", 61, "0.000000000001"));
        send(call("c", "acme", "meta/llama", 61, "2"));
        send(call("d", "acme-2", "openai/gpt-4o", 61, "4").setApiKey(KEY).setRoutingRule(RULE));
        send(call("e", "india", "meta/llama", 120, "8").setLatencyMs(100L).setRoutingRule(RULE));
        send(call("f", "india", "meta/llama", 2400, "16").setLatencyMs(300L));
        Eventually.holds(
                "all calls are counted",
                () -> get("/v1/usage?window=1d&group_by=organization" + hour(), 200)
                                .at("/total/requests")
                                .asInt()
                        == 6);
        Eventually.holds(
                "the call of the key is counted",
                () -> get("/v1/keys/" + KEY + "/usage", 200)
                                .at("/total/requests")
                                .asInt()
                        == 1);
        Eventually.holds(
                "the calls of the rule are counted",
                () -> get("/v1/rules/" + RULE + "/usage", 200)
                                .at("/total/requests")
                                .asInt()
                        == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        aggregator.close();
        registry.close();
        kafka.close();
    }

    @Test
    void givesARowPerOrganizationModelAndWindow() throws Exception {
        JsonNode answer = get("/v1/usage?organization=acme&window=1m" + hour(), 200);
        assertThat(answer.get("rows")).hasSize(3);
        JsonNode first = answer.at("/rows/1");
        assertThat(first.get("organization").asText()).isEqualTo("acme");
        assertThat(first.get("model").asText()).isEqualTo("openai/gpt-4o");
        assertThat(first.get("window_start").asText()).isEqualTo(HOUR.toString());
        assertThat(first.get("window_end").asText())
                .isEqualTo(HOUR.plusSeconds(60).toString());
        assertThat(first.get("cost").asText()).isEqualTo("1.500000000000");
        assertThat(first.get("latency_p50_ms").asDouble()).isBetween(99.0, 101.0);
        assertThat(answer.at("/total/cost").asText()).isEqualTo("3.500000000001");
        assertThat(answer.get("committed").asBoolean()).isFalse();
    }

    @Test
    void filtersByModelAndTime() throws Exception {
        assertThat(get("/v1/usage?model=openai/gpt-4o&window=1m" + hour(), 200)
                        .at("/total/requests")
                        .asInt())
                .isEqualTo(3);
        String firstMinute = "&from=" + HOUR + "&to=" + HOUR.plusSeconds(60);
        JsonNode answer = get("/v1/usage?window=1m" + firstMinute, 200);
        assertThat(answer.at("/total/requests").asInt()).isEqualTo(1);
        // A moment within a minute means the whole minute.
        String within = "&from=" + HOUR.plusSeconds(61) + "&to=" + HOUR.plusSeconds(62);
        assertThat(get("/v1/usage?window=1m" + within, 200)
                        .at("/total/requests")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void groupsByOrganizationOrModel() throws Exception {
        JsonNode organizations = get("/v1/usage?window=15m&group_by=organization" + hour(), 200);
        assertThat(organizations.at("/rows/0/organization").asText()).isEqualTo("acme");
        assertThat(organizations.at("/rows/0/cost").asText()).isEqualTo("3.500000000001");
        assertThat(organizations.at("/rows/0/model").isNull()).isTrue();
        assertThat(organizations.at("/rows/1/organization").asText()).isEqualTo("acme-2");
        JsonNode models = get("/v1/usage?window=15m&group_by=model" + hour(), 200);
        assertThat(models.at("/rows/1/model").asText()).isEqualTo("openai/gpt-4o");
        assertThat(models.at("/rows/1/requests").asInt()).isEqualTo(3);
    }

    @Test
    void knowsAModelsProviderFromTheCatalogAlone() throws Exception {
        JsonNode llama = get("/v1/usage?provider=somebody&window=15m&group_by=provider,model" + hour(), 200);
        assertThat(llama.get("rows")).hasSize(1);
        assertThat(llama.at("/rows/0/provider").asText()).isEqualTo("somebody");
        assertThat(llama.at("/rows/0/model").asText()).isEqualTo("meta/llama");
        assertThat(llama.at("/total/cost").asText()).isEqualTo("26.000000000000");
        assertThat(get("/v1/usage?provider=meta&window=15m" + hour(), 200).get("rows"))
                .isEmpty();
        JsonNode providers = get("/v1/usage?window=15m&group_by=provider" + hour(), 200);
        assertThat(providers.at("/rows/0/provider").isNull())
                .as("the catalog doesn't know gpt-4o")
                .isTrue();
        assertThat(providers.at("/rows/0/requests").asInt()).isEqualTo(3);
    }

    @Test
    void cutsHoursAndDaysOfAnyZoneFromQuarters() throws Exception {
        JsonNode hours = get("/v1/usage?organization=india&window=1h&zone=Asia/Kolkata&group_by=window" + hour(), 200);
        assertThat(hours.get("zone").asText()).isEqualTo("Asia/Kolkata");
        assertThat(hours.get("rows")).hasSize(2);
        assertThat(hours.at("/rows/0/window_start").asText())
                .isEqualTo(HOUR.minusSeconds(1800).toString());
        assertThat(hours.at("/rows/1/window_start").asText())
                .isEqualTo(HOUR.plusSeconds(1800).toString());
        assertThat(hours.at("/rows/1/window_end").asText())
                .isEqualTo(HOUR.plusSeconds(5400).toString());
        assertThat(hours.at("/rows/0/cost").asText()).isEqualTo("8.000000000000");
        assertThat(hours.at("/total/latency_p99_ms").asDouble()).isBetween(99.0, 303.0);

        // A zone whose day begins in the middle of the hour.
        LocalTime midnight = HOUR.plusSeconds(1800).atOffset(ZoneOffset.UTC).toLocalTime();
        int behind = midnight.toSecondOfDay();
        ZoneOffset zone = ZoneOffset.ofTotalSeconds(behind <= 12 * 3600 ? -behind : 24 * 3600 - behind);
        LocalDate date = HOUR.atOffset(zone).toLocalDate();
        String inZone = "/v1/usage?organization=india&window=1d&group_by=window&zone="
                + URLEncoder.encode(zone.getId(), StandardCharsets.UTF_8);
        JsonNode days = get(inZone + "&from=" + date + "&to=" + date.plusDays(2), 200);
        assertThat(days.get("rows")).hasSize(2);
        assertThat(days.at("/rows/0/window_end").asText())
                .isEqualTo(HOUR.plusSeconds(1800).toString());
        assertThat(days.at("/rows/0/cost").asText()).isEqualTo("8.000000000000");
        assertThat(days.at("/rows/1/cost").asText()).isEqualTo("16.000000000000");
        JsonNode first = get(inZone + "&from=" + date + "&to=" + date.plusDays(1), 200);
        assertThat(first.at("/total/cost").asText()).as("to is exclusive").isEqualTo("8.000000000000");
        assertThat(first.get("complete").asBoolean()).isTrue();
    }

    @Test
    void saysThatOldWindowsAreNotKept() throws Exception {
        assertThat(get("/v1/usage?window=1d&from=2020-01-01", 200)
                        .get("complete")
                        .asBoolean())
                .isFalse();
        assertThat(get("/v1/keys/" + KEY + "/usage?from=2020-01-01", 200)
                        .get("complete")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void tellsWhatAKeyAndARuleWereUsedFor() throws Exception {
        String day = HOUR.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        JsonNode key = get("/v1/keys/" + KEY + "/usage?from=" + day, 200);
        assertThat(key.get("rows")).hasSize(1);
        assertThat(key.at("/rows/0/model").asText()).isEqualTo("openai/gpt-4o");
        assertThat(key.at("/rows/0/window_start").asText()).isEqualTo(day + "T00:00:00Z");
        assertThat(key.at("/rows/0/cost").asText()).isEqualTo("4.000000000000");
        assertThat(key.at("/rows/0/latency_p50_ms").asDouble()).isBetween(99.0, 101.0);
        assertThat(get("/v1/keys/nobody/usage", 200).at("/total/requests").asInt())
                .isZero();

        JsonNode rule = get("/v1/rules/" + RULE + "/usage?group_by=model&from=" + day, 200);
        assertThat(rule.at("/rows/0/model").asText()).isEqualTo("meta/llama");
        assertThat(rule.at("/rows/1/model").asText()).isEqualTo("openai/gpt-4o");
        assertThat(rule.at("/total/cost").asText()).isEqualTo("12.000000000000");
        assertThat(get("/v1/rules/" + RULE + "/usage?group_by=provider&model=meta/llama&from=" + day, 200)
                        .at("/rows/0/provider")
                        .asText())
                .isEqualTo("somebody");
    }

    @Test
    void tellsWhatTheKeysOfAnOrganizationOrProviderWereUsedFor() throws Exception {
        JsonNode keys = get("/v1/keys/usage?organization=acme-2&window=1mo", 200);
        assertThat(keys.get("rows")).hasSize(1);
        assertThat(keys.at("/rows/0/api_key").asText()).isEqualTo(KEY);
        assertThat(keys.at("/rows/0/requests").asInt()).isEqualTo(1);
        assertThat(get("/v1/keys/usage?provider=openai", 200).get("rows")).hasSize(1);
        assertThat(get("/v1/keys/usage?organization=acme", 200).get("rows")).isEmpty();
        assertThat(get("/v1/keys?organization=acme-2", 200).get("keys")).hasSize(1);
        assertThat(get("/v1/keys?provider=somebody", 200).get("keys")).isEmpty();
    }

    @Test
    void tellsWhatAKeySpent() throws Exception {
        JsonNode key = get("/v1/keys/" + KEY + "/quota", 200);
        assertThat(key.get("enabled").asBoolean()).isTrue();
        assertThat(key.at("/month/spent").asText()).isEqualTo("4.000000000000");
        assertThat(key.at("/day/limit").isNull()).isTrue();
        assertThat(get("/v1/keys", 200).get("keys")).hasSize(1);
        assertThat(get("/v1/keys?enabled=false", 200).get("keys")).isEmpty();
    }

    @Test
    void explainsWhatAKeySpent() throws Exception {
        JsonNode explanation = get("/v1/keys/" + KEY + "/quota/explain?period=month", 200);
        assertThat(explanation.get("spent").asText()).isEqualTo("4.000000000000");
        assertThat(explanation.at("/period/spent").asText()).isEqualTo("4.000000000000");
        assertThat(explanation.get("complete").asBoolean()).isTrue();
        assertThat(explanation.get("reached_by").isNull()).isTrue();
        assertThat(explanation.get("calls")).hasSize(1);
        assertThat(explanation.at("/calls/0/event_id").asText()).isEqualTo("d");
        assertThat(explanation.at("/calls/0/display_name").asText())
                .startsWith(HOUR.plusSeconds(61) + " acme-2 openai/gpt-4o 100 ms, ")
                .contains(" tokens, 4 USD, ");
        assertThat(explanation.at("/calls/0/cost_source").asText()).isEqualTo("SENT");
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        assertProblem("/v1/usage?window=2h&group_by=colour&from=yesterday", 400, "bad_parameters", 3);
        assertProblem("/v1/usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "bad_parameters", 1);
        assertProblem("/v1/usage?zone=Mars&from=2026-13-01&to=9999-12-31", 400, "bad_parameters", 3);
        assertProblem("/v1/usage?zone=%2B05:07", 400, "bad_parameters", 1);
        assertProblem("/v1/usage?group_by=model,colour", 400, "bad_parameters", 1);
        assertProblem("/v1/usage?window=1m&group_by=window&from=2020-01-01", 422, "too_many_windows", 0);
        assertProblem("/v1/keys/nobody/usage?window=1h&group_by=organization", 400, "bad_parameters", 2);
        assertProblem("/v1/prices", 400, "bad_parameters", 1);
        assertProblem("/v1/keys?enabled=perhaps", 400, "bad_parameters", 1);
        assertProblem("/v1/keys/nobody/quota", 404, "not_found", 0);
        assertProblem("/v1/keys/nobody/quota/explain", 404, "not_found", 0);
        assertProblem("/v1/keys/nobody/quota/explain?period=week&from=-1&limit=0", 400, "bad_parameters", 3);
        assertProblem("/v1/prices?model=nobody/none", 404, "not_found", 0);
        assertProblem("/v1/nothing", 404, "not_found", 0);
    }

    private static void assertProblem(String path, int status, String code, int errors) throws Exception {
        JsonNode problem = get(path, status);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("type").asText()).isEqualTo("urn:modelhub:problem:" + code);
        assertThat(problem.path("errors")).hasSize(errors);
        assertThat(problem.toString()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private static JsonNode get(String path, int status) throws Exception {
        String answer = aggregator.get(path);
        assertThat(answer).startsWith(status + " ");
        return JSON.readTree(answer.substring(4));
    }

    private static YearMonth monthIn(ZoneId zone, Instant time) {
        return YearMonth.from(time.atZone(zone));
    }

    private static String hour() {
        return "&from=" + HOUR + "&to=" + HOUR.plusSeconds(3600);
    }

    private static ModelMetrics.Builder call(
            String eventId, String organization, String model, int second, String cost) {
        return Calls.call()
                .setEventId(eventId)
                .setOrganization(organization)
                .setModel(model)
                .setTimestamp(HOUR.plusSeconds(second))
                .setLatencyMs(100L)
                .setCost(new BigDecimal(cost));
    }

    /** The provider of a model is what its record says, whatever its identifier looks like. */
    private static void publishCatalog() throws Exception {
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        send(
                topics.models(),
                "meta/llama",
                Model.newBuilder()
                        .setId("meta/llama")
                        .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                        .setProvider("somebody")
                        .setName("llama")
                        .setModelType(ModelType.Text)
                        .setConfig("{}")
                        .setStatus(EntityStatus.Active)
                        .setPrices(List.of(ModelPrice.newBuilder()
                                .setCostInput(BigDecimal.ONE)
                                .setCostOutput(BigDecimal.ONE)
                                .build()))
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
        send(topics.organizations(), "acme-2", CatalogRecords.organization("acme-2", ZONE.getId(), 1));
        send(
                topics.apiKeys(),
                KEY,
                APIKey.newBuilder()
                        .setId(KEY)
                        .setOrganization("acme-2")
                        .setProvider("openai")
                        .setLabel("a key")
                        .setIsDefault(true)
                        .setIsActive(true)
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
        Eventually.holds(
                "the aggregator knows the price",
                () -> aggregator.get("/v1/prices?model=meta/llama").startsWith("200"));
        Eventually.holds(
                "the aggregator knows the key",
                () -> aggregator.get("/v1/keys/" + KEY + "/quota").contains("\"zone\":\"" + ZONE + "\""));
    }

    private static void send(ModelMetrics.Builder call) throws Exception {
        ModelMetrics built = call.build();
        send(new Topics(AvroSerdes.at(registry.url())).usage(), Topics.canonicalKey(built), built);
    }

    private static <V> void send(Topic<String, V> topic, String key, V value) throws Exception {
        try (KafkaProducer<String, V> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                topic.key().serializer(),
                topic.value().serializer())) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        }
    }
}
