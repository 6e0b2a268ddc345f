package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private static final String KEY = "0b0f7a5e-0000-4000-8000-000000000009";

    /** The start of an hour that has begun and is within the acceptance horizon. */
    private static final Instant HOUR = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS);

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
        await(() -> aggregator.isReady());
        send(call("a", "acme", "openai/gpt-4o", 0, "1.5"));
        send(call("b", "acme", "openai/gpt-4o", 61, "0.000000000001"));
        send(call("c", "acme", "meta/llama", 61, "2"));
        send(call("d", "acme-2", "openai/gpt-4o", 61, "4").setApiKey(KEY));
        await(() -> get("/v1/usage?window=1d&group_by=organization" + hour(), 200)
                        .at("/total/requests")
                        .asInt()
                == 4);
        await(() -> aggregator.get("/v1/keys/" + KEY + "/quota").startsWith("200"));
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
    void tellsWhatAKeySpent() throws Exception {
        JsonNode key = get("/v1/keys/" + KEY + "/quota", 200);
        assertThat(key.get("enabled").asBoolean()).isTrue();
        assertThat(key.at("/month/spent").asText()).isEqualTo("4.000000000000");
        assertThat(key.at("/day/limit").isNull()).isTrue();
        assertThat(get("/v1/keys", 200).get("keys")).hasSize(1);
        assertThat(get("/v1/keys?enabled=false", 200).get("keys")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        assertProblem("/v1/usage?window=2h&group_by=colour&from=yesterday", 400, "bad_parameters", 3);
        assertProblem("/v1/usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "bad_parameters", 1);
        assertProblem("/v1/prices", 400, "bad_parameters", 1);
        assertProblem("/v1/keys?enabled=perhaps", 400, "bad_parameters", 1);
        assertProblem("/v1/keys/nobody/quota", 404, "not_found", 0);
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

    private static void send(ModelMetrics.Builder call) throws Exception {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        ModelMetrics built = call.build();
        try (KafkaProducer<String, ModelMetrics> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                usage.key().serializer(),
                usage.value().serializer())) {
            producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(built), built))
                    .get();
        }
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(Check check) throws Exception {
        Instant deadline = Instant.now().plusSeconds(90);
        while (!check.holds()) {
            assertThat(Instant.now())
                    .as("in time; the log: %s", folder.resolve("log"))
                    .isBefore(deadline);
            Thread.sleep(100);
        }
    }
}
