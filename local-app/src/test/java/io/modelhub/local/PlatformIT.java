package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import io.modelhub.local.sql.Conversation;
import io.modelhub.local.sql.Shell;
import io.modelhub.local.sql.SqlServer;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.test.Eventually;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The whole platform as a user starts it: catalog over HTTP, a few thousand events over HTTP, the aggregator killed among them,
 * and every result compared with sums that this test makes from what it sent, to the last digit.
 */
class PlatformIT {

    private static final ObjectMapper JSON = PlatformClient.JSON;
    private static final int EVENTS = 4_000;
    private static final int BATCH = 500;
    private static final List<String> ORGANIZATIONS = List.of("acme", "globex", "initech");
    private static final BigDecimal LIMIT = new BigDecimal("1.25");
    private static final Map<String, Duration> GRAINS =
            Map.of("1m", Duration.ofMinutes(1), "15m", Duration.ofMinutes(15), "1d", Duration.ofDays(1));

    /** US dollars per 1,000 tokens: input, output. The last one needs rounding at every call. */
    private static final Map<String, List<String>> PRICES = new TreeMap<>(Map.of(
            "gpt-4o@2024-08-06", List.of("0.0025", "0.01"),
            "claude-haiku", List.of("0.0008", "0.004"),
            "tiny/model:free", List.of("0.0000000137", "0.00000002741")));

    private final RandomGenerator random = random();

    @TempDir
    private Path folder;

    private Ports ports;
    private PlatformClient client;

    @Test
    void everyResultEqualsWhatWasSentThoughTheAggregatorIsKilled() throws Exception {
        ports = Ports.free();
        client = new PlatformClient(ports);
        PlatformSettings settings =
                new PlatformSettings(folder.resolve("data"), false, ports, Distribution.ofThisBuild());
        try (LocalPlatform platform = LocalPlatform.started(settings, System.out::println)) {
            List<String> keys = createCatalog();
            awaitCatalog(keys);
            List<Sent> sent = send(keys);

            Eventually.holds(
                    "all calls are counted",
                    () -> client.status(ports.aggregator(), "/v1/keys") == 200
                            && usage("1d", "organization").at("/total/requests").asLong() == EVENTS);
            Eventually.holds("all spend is counted", () -> spendIsComplete(keys, sent));
            GRAINS.forEach((window, size) -> assertWindows(window, size, sent));
            assertTotals(sent);
            assertSql(sent);
            assertOneKeyDisabled(keys.get(2), sent);
            awaitCatalogShowsDisabled(keys.get(2));
        }
    }

    /** What the test sent and what it must have cost. */
    private record Sent(
            String organization,
            String model,
            String apiKey,
            Instant time,
            Long latencyMs,
            long tokensInput,
            long tokensOutput,
            String status,
            BigDecimal cost) {}

    private static final class Sum {
        private long requests;
        private long errors;
        private long timeouts;
        private long tokensInput;
        private long tokensOutput;
        private BigDecimal cost = BigDecimal.ZERO.setScale(12);
        private final List<Long> latencies = new ArrayList<>();

        private Sum add(Sent call) {
            requests++;
            errors += call.status.equals("Error") ? 1 : 0;
            timeouts += call.status.equals("Timeout") ? 1 : 0;
            tokensInput += call.tokensInput;
            tokensOutput += call.tokensOutput;
            cost = cost.add(call.cost);
            if (call.latencyMs != null) {
                latencies.add(call.latencyMs);
            }
            return this;
        }
    }

    /** Three organizations with a key each; the last key has a small daily quota. */
    private List<String> createCatalog() throws Exception {
        client.create(
                "/v1/providers",
                PlatformClient.object().put("name", "Test Provider").put("slug", "test"));
        for (Map.Entry<String, List<String>> price : PRICES.entrySet()) {
            String[] nameAndVersion = price.getKey().split("@");
            ObjectNode model = PlatformClient.object()
                    .put("provider", "test")
                    .put("name", nameAndVersion[0])
                    .put("model_type", "Text")
                    .put("cost_input", price.getValue().get(0))
                    .put("cost_output", price.getValue().get(1));
            if (nameAndVersion.length > 1) {
                model.put("version", nameAndVersion[1]);
            }
            client.create("/v1/models", model);
        }
        List<String> keys = new ArrayList<>();
        for (String organization : ORGANIZATIONS) {
            client.create(
                    "/v1/organizations",
                    PlatformClient.object().put("id", organization).put("name", "The " + organization));
            ObjectNode key = PlatformClient.object()
                    .put("organization", organization)
                    .put("provider", "test")
                    .put("label", "key of " + organization)
                    .put("key", "sk-of-" + organization);
            if (organization.equals("initech")) {
                key.put("daily_quota", LIMIT.toPlainString());
            }
            keys.add(client.create("/v1/api-keys", key).path("id").asText());
        }
        return keys;
    }

    private void awaitCatalog(List<String> keys) {
        for (String model : PRICES.keySet()) {
            String query = "/v1/prices?model=" + URLEncoder.encode("test/" + model, StandardCharsets.UTF_8);
            Eventually.holds(
                    "the aggregator knows the price of " + model,
                    () -> client.status(ports.aggregator(), query) == 200);
        }
        for (String key : keys) {
            String path = "/v1/keys/" + key + "/quota";
            Eventually.holds(
                    "the aggregator knows the key " + key, () -> client.status(ports.aggregator(), path) == 200);
        }
    }

    private List<Sent> send(List<String> keys) throws Exception {
        Instant end = PlatformClient.endOfTraffic();
        long span = Math.min(
                Duration.ofMinutes(50).toMillis(),
                Duration.between(end.truncatedTo(ChronoUnit.DAYS), end).toMillis());
        List<String> models = List.copyOf(PRICES.keySet());
        List<Sent> sent = new ArrayList<>();
        ArrayNode batch = JSON.createArrayNode();
        for (int i = 0; i < EVENTS; i++) {
            int customer = random.nextInt(ORGANIZATIONS.size());
            String model = models.get(random.nextInt(models.size()));
            long input = random.nextLong(8_000);
            long output = random.nextLong(900);
            BigDecimal sentCost = random.nextInt(40) == 0 ? BigDecimal.valueOf(random.nextLong(1_000_000), 12) : null;
            Sent call = new Sent(
                    ORGANIZATIONS.get(customer),
                    "test/" + model,
                    keys.get(customer),
                    end.minusMillis(random.nextLong(span + 1)).truncatedTo(ChronoUnit.MILLIS),
                    random.nextInt(25) == 0 ? null : random.nextLong(60_000),
                    input,
                    output,
                    List.of("Success", "Success", "Error", "Timeout").get(random.nextInt(4)),
                    sentCost == null ? cost(model, input, output) : sentCost);
            sent.add(call);
            batch.add(json(i, call, sentCost));
            if (batch.size() == BATCH || i == EVENTS - 1) {
                HttpResponse<String> answer = client.post(ports.ingest(), "/v1/usage", batch.toString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                assertThat(JSON.readTree(answer.body()).path("accepted").asInt())
                        .isEqualTo(batch.size());
                batch.removeAll();
                if (i == EVENTS / 2 - 1) {
                    PlatformClient.killAggregator();
                }
            }
        }
        return sent;
    }

    private static BigDecimal cost(String model, long input, long output) {
        List<String> rates = PRICES.get(model);
        return new BigDecimal(rates.get(0))
                .multiply(BigDecimal.valueOf(input))
                .add(new BigDecimal(rates.get(1)).multiply(BigDecimal.valueOf(output)))
                .divide(BigDecimal.valueOf(1000))
                .setScale(12, RoundingMode.HALF_EVEN);
    }

    private static ObjectNode json(int number, Sent call, BigDecimal sentCost) {
        ObjectNode event = PlatformClient.object()
                .put("event_id", "platform-it-" + number)
                .put("organization", call.organization)
                .put("model", call.model)
                .put("api_key", call.apiKey)
                .put("timestamp", call.time.toString())
                .put("tokens_input", call.tokensInput)
                .put("tokens_output", call.tokensOutput)
                .put("status", call.status);
        if (call.latencyMs != null) {
            event.put("latency_ms", call.latencyMs);
        }
        if (sentCost != null) {
            event.put("cost", sentCost.toPlainString());
        }
        return event;
    }

    private void assertWindows(String window, Duration size, List<Sent> sent) {
        Map<String, Sum> expected = new TreeMap<>();
        for (Sent call : sent) {
            long start = call.time.toEpochMilli() / size.toMillis() * size.toMillis();
            String key = call.organization + " " + call.model + " " + Instant.ofEpochMilli(start);
            expected.computeIfAbsent(key, ignored -> new Sum()).add(call);
        }
        Map<String, JsonNode> found = new TreeMap<>();
        for (JsonNode row : usageUnchecked(window, "none").path("rows")) {
            found.put(
                    row.path("organization").asText() + " " + row.path("model").asText() + " "
                            + row.path("window_start").asText(),
                    row);
        }
        assertThat(found.keySet()).as("windows of " + window).isEqualTo(expected.keySet());
        expected.forEach((key, sum) -> assertFigures(window + " " + key, found.get(key), sum));
    }

    private void assertTotals(List<Sent> sent) throws Exception {
        for (String group : List.of("organization", "model")) {
            Map<String, Sum> expected = new TreeMap<>();
            Sum total = new Sum();
            for (Sent call : sent) {
                String key = group.equals("model") ? call.model : call.organization;
                expected.computeIfAbsent(key, ignored -> new Sum()).add(call);
                total.add(call);
            }
            JsonNode answer = usage("1d", group);
            assertThat(answer.path("rows")).hasSize(expected.size());
            answer.path("rows").forEach(row -> {
                String key = row.path(group).asText();
                assertFigures("total of " + key, row, expected.get(key));
            });
            assertFigures("total", answer.path("total"), total);
        }
    }

    /** {@code ./modelhub sql}, for a program and for a person. */
    private void assertSql(List<Sent> sent) throws Exception {
        Map<String, Sum> expected = new TreeMap<>();
        sent.forEach(call -> expected.computeIfAbsent(call.organization, ignored -> new Sum())
                .add(call));
        String statement = "SELECT organization, SUM(requests) AS requests, SUM(cost) AS cost FROM USAGE_1D\n"
                + "GROUP BY organization ORDER BY organization;";
        StringWriter out = new StringWriter();
        assertThat(sql(out, "--csv", "-c", statement)).isZero();
        assertThat(out.toString().lines())
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of("ORGANIZATION,REQUESTS,COST"),
                                expected.entrySet().stream()
                                        .map(organization -> "%s,%d,%s"
                                                .formatted(
                                                        organization.getKey(),
                                                        organization.getValue().requests,
                                                        organization
                                                                .getValue()
                                                                .cost
                                                                .toPlainString())))
                        .toList());

        StringWriter complaint = new StringWriter();
        assertThat(sql(complaint, "-c", "SHOW TABLES; SELECT nothing FROM USAGE_1D; SHOW FUNCTIONS;"))
                .isEqualTo(1);
        assertThat(complaint.toString())
                .contains("USAGE_15M", "SELECT nothing FROM USAGE_1D;\n       ^\nColumn 'NOTHING'")
                .doesNotContain("COALESCE");

        String screen = talk("\\d USAGE_1D\nSELECT nothing\nFROM USAGE_1D;\n" + statement + "\n\\q\n");
        assertThat(screen)
                .contains("US dollars, exact", "Column 'NOTHING'", "ORGANIZATION | REQUESTS |", "(3 rows,")
                .contains(expected.get("acme").cost.toPlainString());
        assertThat(Files.readString(folder.resolve("sql-history"))).contains("\\d USAGE_1D", "SELECT nothing");
    }

    private int sql(StringWriter out, String... arguments) {
        CommandLine commandLine = Modelhub.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(out, true));
        return commandLine.execute(
                Stream.concat(Stream.of("sql", "--url", "http://127.0.0.1:" + ports.aggregator()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** What a person sees who types that. */
    private String talk(String typed) throws Exception {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (LineDisciplineTerminal terminal =
                new LineDisciplineTerminal("person", "dumb", screen, StandardCharsets.UTF_8)) {
            terminal.setSize(new Size(120, 40));
            terminal.processInputBytes(typed.getBytes(StandardCharsets.UTF_8));
            SqlServer server = new SqlServer(URI.create("http://127.0.0.1:" + ports.aggregator()));
            new Shell(terminal, server, Conversation.Format.TABLE, Optional.of(folder.resolve("sql-history"))).run();
        }
        return screen.toString(StandardCharsets.UTF_8);
    }

    private static void assertFigures(String what, JsonNode found, Sum sum) {
        assertThat(found.path("cost").asText()).as("cost of " + what).isEqualTo(sum.cost.toPlainString());
        assertThat(List.of(
                        found.path("requests").asLong(),
                        found.path("errors").asLong(),
                        found.path("timeouts").asLong(),
                        found.path("tokens_input").asLong(),
                        found.path("tokens_output").asLong(),
                        found.path("unpriced_requests").asLong(),
                        found.path("latency_count").asLong(),
                        found.path("latency_sum_ms").asLong()))
                .as("counts of " + what)
                .isEqualTo(List.of(
                        sum.requests,
                        sum.errors,
                        sum.timeouts,
                        sum.tokensInput,
                        sum.tokensOutput,
                        0L,
                        (long) sum.latencies.size(),
                        sum.latencies.stream().mapToLong(Long::longValue).sum()));
        if (!sum.latencies.isEmpty()) {
            List<Long> sorted = sum.latencies.stream().sorted().toList();
            Map.of("latency_p50_ms", 0.50, "latency_p95_ms", 0.95, "latency_p99_ms", 0.99)
                    .forEach((field, quantile) -> {
                        long exact = sorted.get((int) (quantile * (sorted.size() - 1)));
                        assertThat(found.path(field).asDouble())
                                .as(field + " of " + what)
                                .isCloseTo(exact, within(exact * 0.01 + 1e-9));
                    });
        }
    }

    private boolean spendIsComplete(List<String> keys, List<Sent> sent) throws Exception {
        for (String key : keys) {
            String spent = spentWith(key, sent).toPlainString();
            JsonNode quota = client.get(ports.aggregator(), "/v1/keys/" + key + "/quota");
            if (!quota.at("/day/spent").asText().equals(spent)
                    || !quota.at("/month/spent").asText().equals(spent)) {
                return false;
            }
        }
        return true;
    }

    private void assertOneKeyDisabled(String limited, List<Sent> sent) throws Exception {
        assertThat(spentWith(limited, sent)).as("the test breaches its limit").isGreaterThan(LIMIT);
        List<KeyQuotaEvent> disabled = quotaEvents().stream()
                .filter(event -> event.getType() == QuotaEventType.KEY_DISABLED)
                .toList();
        assertThat(disabled).hasSize(1);
        assertThat(disabled.get(0).getApiKey()).isEqualTo(limited);
        assertThat(disabled.get(0).getCause()).isEqualTo(QuotaCause.DAY);
        assertThat(disabled.get(0).getOrganization()).isEqualTo("initech");
        assertThat(disabled.get(0).getLimit()).isEqualByComparingTo(LIMIT);
        assertThat(disabled.get(0).getSpent()).isBetween(LIMIT, spentWith(limited, sent));
        JsonNode off = client.get(ports.aggregator(), "/v1/keys?enabled=false").path("keys");
        assertThat(off).hasSize(1);
        assertThat(off.at("/0/api_key").asText()).isEqualTo(limited);
        assertThat(off.at("/0/causes/0").asText()).isEqualTo("DAY");
    }

    private void awaitCatalogShowsDisabled(String key) throws Exception {
        Eventually.holds(
                "the catalog shows the key as disabled",
                () -> !client.get(ports.catalog(), "/v1/api-keys/" + key)
                        .path("enabled")
                        .asBoolean(true));
        JsonNode shown = client.get(ports.catalog(), "/v1/api-keys/" + key);
        assertThat(shown.path("is_active").asBoolean())
                .as("the operator's own switch")
                .isTrue();
        assertThat(shown.toString()).contains("DAY").doesNotContain("sk-of-initech");
    }

    private static BigDecimal spentWith(String key, List<Sent> sent) {
        return sent.stream()
                .filter(call -> call.apiKey.equals(key))
                .map(Sent::cost)
                .reduce(BigDecimal.ZERO.setScale(12), BigDecimal::add);
    }

    private List<KeyQuotaEvent> quotaEvents() {
        Topic<String, KeyQuotaEvent> topic =
                new Topics(AvroSerdes.at("http://127.0.0.1:" + ports.registry() + "/apis/ccompat/v7")).quotaEvents();
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + ports.broker(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<String, KeyQuotaEvent> consumer = new KafkaConsumer<>(
                config, topic.key().deserializer(), topic.value().deserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<KeyQuotaEvent> events = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, KeyQuotaEvent> record : consumer.poll(Duration.ofMillis(200))) {
                    events.add(record.value());
                }
            }
            return events;
        }
    }

    private JsonNode usage(String window, String groupBy) throws Exception {
        String from = Instant.now().minus(1, ChronoUnit.DAYS).toString();
        return client.get(
                ports.aggregator(), "/v1/usage?window=%s&group_by=%s&from=%s".formatted(window, groupBy, from));
    }

    private JsonNode usageUnchecked(String window, String groupBy) {
        try {
            return usage(window, groupBy);
        } catch (Exception e) {
            throw new AssertionError("the windows can't be read", e);
        }
    }

    private static RandomGenerator random() {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime());
        System.out.println("PlatformIT runs with -Dmodelhub.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
