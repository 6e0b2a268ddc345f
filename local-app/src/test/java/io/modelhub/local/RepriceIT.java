package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import io.modelhub.local.topic.TopicLines;
import io.modelhub.test.Eventually;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prices that come late and prices that were wrong, on the whole platform: the catalog states them over HTTP, the command is typed
 * as a user types it, and every result is what the calls should have cost.
 */
class RepriceIT {

    private static final int CALLS = 300;
    private static final String MODEL = "test/late";
    private static final BigDecimal QUOTA = new BigDecimal("25");

    @TempDir
    private Path folder;

    private Ports ports;
    private PlatformClient client;
    private Commands commands;
    private String model = "";
    private String key = "";

    @Test
    void everyResultIsWhatTheCallsShouldHaveCost() throws Exception {
        ports = Ports.free();
        client = new PlatformClient(ports);
        commands = new Commands(ports, folder);
        PlatformSettings settings =
                new PlatformSettings(folder.resolve("data"), false, ports, Distribution.ofThisBuild());
        try (LocalPlatform platform = LocalPlatform.started(settings, System.out::println)) {
            createCatalog();
            Instant now = PlatformClient.endOfTraffic().truncatedTo(ChronoUnit.MILLIS);
            Instant today = now.truncatedTo(ChronoUnit.DAYS);
            Instant from =
                    now.minus(Duration.ofMinutes(10)).isBefore(today) ? today : now.minus(Duration.ofMinutes(10));
            Instant middle = from.plus(Duration.between(from, now).dividedBy(2)).truncatedTo(ChronoUnit.MILLIS);
            sendUsage(from, middle, now);
            staysUnpricedWhileThereIsNoPrice();
            isPricedWhenThePriceHasCome();
            isDoneOnce();
            keyIsGivenAway();
            isCorrectedForAStretchOfThePast(middle, now);
            reconciles();
            isDeletedAndCreatedAgain();
            reconciles();
        }
    }

    /** A model without a price, and a key with a daily quota. */
    private void createCatalog() throws Exception {
        client.create(
                "/v1/providers", PlatformClient.object().put("name", "Test").put("slug", "test"));
        model = client.create(
                        "/v1/models",
                        PlatformClient.object()
                                .put("provider", "test")
                                .put("name", "late")
                                .put("model_type", "Text"))
                .path("uuid")
                .asText();
        client.create(
                "/v1/organizations", PlatformClient.object().put("id", "acme").put("name", "Acme"));
        key = client.create(
                        "/v1/api-keys",
                        PlatformClient.object()
                                .put("organization", "acme")
                                .put("provider", "test")
                                .put("label", "key")
                                .put("key", "sk-of-acme")
                                .put("daily_quota", QUOTA.toPlainString()))
                .path("id")
                .asText();
        Eventually.holds(
                "the aggregator knows the key",
                () -> client.status(ports.aggregator(), "/v1/keys/" + key + "/quota") == 200);
    }

    /** So many thirds of 1,000 tokens each, before and after the middle; one call in ten has a sent cost. One more comes too late. */
    private void sendUsage(Instant from, Instant middle, Instant to) throws Exception {
        ArrayNode batch = PlatformClient.JSON.createArrayNode();
        for (int i = 0; i < CALLS; i++) {
            Instant begin = i % 2 == 0 ? from : middle;
            Instant end = i % 2 == 0 ? middle : to;
            ObjectNode call = PlatformClient.object()
                    .put("event_id", "call-" + i)
                    .put("organization", "acme")
                    .put("api_key", key)
                    .put("model", MODEL)
                    .put(
                            "timestamp",
                            begin.plus(Duration.between(begin, end)
                                            .multipliedBy(i)
                                            .dividedBy(CALLS))
                                    .truncatedTo(ChronoUnit.MILLIS)
                                    .toString())
                    .put("tokens_input", 333)
                    .put("tokens_output", 7)
                    .put("status", "Success");
            if (i % 10 == 9) {
                call.put("cost", "0.01");
            }
            batch.add(call);
        }
        batch.add(batch.get(0)
                .<ObjectNode>deepCopy()
                .put("event_id", "late")
                .put("timestamp", from.minus(Duration.ofHours(25)).toString()));
        Eventually.holds(
                "ingest-app takes the calls",
                () -> client.post(ports.ingest(), "/v1/usage", batch.toString()).statusCode() == 202);
        Eventually.holds(
                "all calls are counted",
                () -> client.status(ports.aggregator(), "/v1/keys") == 200
                        && usage("1m").at("/total/requests").asLong() == CALLS);
    }

    private void staysUnpricedWhileThereIsNoPrice() throws Exception {
        assertThat(usage("1m").at("/total/unpriced_requests").asLong()).isEqualTo(270);
        assertThat(commands.execute("reprice", "--model", MODEL)).isZero();
        assertThat(commands.json().path("calls").asLong()).isEqualTo(270);
        assertThat(commands.json().path("corrections").asLong()).isZero();
    }

    private void isPricedWhenThePriceHasCome() throws Exception {
        statePrice(PlatformClient.object()
                .put("cost_input", "0.3")
                .put("cost_output", "0.0000000005")
                .put("reason", "the list came late"));
        // 0.333 × 0.3 + 0.007 × 0.0000000005, rounded half even to 12 places
        BigDecimal ofCall = new BigDecimal("0.099900000004");
        BigDecimal sent = new BigDecimal("0.30");
        BigDecimal difference = ofCall.multiply(BigDecimal.valueOf(270));

        assertThat(commands.execute("reprice", "--model", MODEL, "--dry-run")).isZero();
        assertThat(commands.out()).contains("270 of 270 calls without a sent cost would be corrected");
        assertThat(commands.json().path("now_priced").asLong()).isEqualTo(270);
        assertThat(usage("1m").at("/total/unpriced_requests").asLong()).isEqualTo(270);

        PlatformClient.killAggregator(); // It brings the corrections in when it is up again.
        assertThat(commands.execute("reprice", "--model", MODEL)).isZero();
        assertThat(new BigDecimal(commands.json().path("difference_usd").asText()))
                .isEqualByComparingTo(difference);
        assertThat(commands.json().path("read_by_aggregator").asBoolean()).isTrue();
        assertThat(commands.json().at("/differences/0/reason").asText())
                .isEqualTo("the price came after the calls: the list came late");
        assertCost(difference.add(sent));
        assertQuota(difference.add(sent), false);
        assertQuotaEvents("KEY_DISABLED correction");
    }

    private void isDoneOnce() throws Exception {
        assertThat(commands.execute("reprice")).isZero();
        assertThat(commands.json().path("corrections").asLong()).isZero();
        assertThat(commands.json().path("not_yet_counted").isIntegralNumber()).isTrue();
        assertThat(commands.json().path("not_yet_counted").asLong()).isZero();
        assertThat(commands.out()).contains("nothing to correct among 270 calls without a sent cost");
    }

    /** Its calls stay those of the organization that they were counted for. */
    private void keyIsGivenAway() throws Exception {
        client.create(
                "/v1/organizations", PlatformClient.object().put("id", "globex").put("name", "Globex"));
        assertThat(client.patch(ports.catalog(), "/v1/api-keys/" + key, "{\"organization\":\"globex\"}")
                        .statusCode())
                .isEqualTo(200);
        Eventually.holds(
                "the aggregator knows its new owner",
                () -> client.get(ports.aggregator(), "/v1/keys/" + key + "/quota")
                        .path("organization")
                        .asText()
                        .equals("globex"));
    }

    /** The later half of the calls should have cost a tenth. */
    private void isCorrectedForAStretchOfThePast(Instant from, Instant until) throws Exception {
        statePrice(PlatformClient.object()
                .put("correction", true)
                .put("effective_from", from.toString())
                .put("effective_until", until.toString())
                .put("cost_input", "0.03")
                .put("cost_output", "0.0000000005")
                .put("reason", "typing error"));

        assertThat(commands.execute("reprice", "--model", MODEL, "--from", from.toString()))
                .isZero();

        // 150 calls there, 30 of which with a sent cost; each of the others 0.333 × 0.27 less.
        BigDecimal spent = new BigDecimal("0.099900000004")
                .multiply(BigDecimal.valueOf(270))
                .add(new BigDecimal("0.30"))
                .subtract(new BigDecimal("0.08991").multiply(BigDecimal.valueOf(120)));
        assertThat(commands.json().path("calls_corrected").asLong()).isEqualTo(120);
        assertThat(commands.json().path("now_priced").asLong()).isZero();
        assertCost(spent);
        assertQuota(spent, true);
        assertQuotaEvents("KEY_DISABLED correction", "KEY_ENABLED correction");
        JsonNode explained = client.get(ports.aggregator(), "/v1/keys/" + key + "/quota/explain");
        assertThat(new BigDecimal(explained.path("spent").asText())).isEqualByComparingTo(spent);
        assertThat(explained.path("total").asInt()).isEqualTo(CALLS);
        assertThat(explained.at("/calls/0/cost_source").asText()).isEqualTo("UNPRICED");
        assertThat(explained.path("reached_by").isNull()).isTrue();
        assertThat(explained.at("/reached_by_correction/reason").asText()).contains("the list came late");
        assertThat(explained.at("/corrections/0/offset").isIntegralNumber()).isTrue();
        isDoneOnce();
    }

    /** Who begins anew after that charges a call as those before were, and nothing is charged twice. */
    private void isDeletedAndCreatedAgain() throws Exception {
        for (String path : List.of("/v1/models/" + model, "/v1/api-keys/" + key)) {
            assertThat(client.delete(ports.catalog(), path).statusCode()).isEqualTo(204);
        }
        Eventually.holds(
                "the aggregator knows that they are gone",
                () -> topicLines("modelhub.catalog.deleted-api-keys").size() == 1);
        PlatformClient.killAggregator();
        ObjectNode call = PlatformClient.object()
                .put("event_id", "after")
                .put("api_key", key)
                .put("model", MODEL)
                .put("timestamp", Instant.now().toString())
                .put("tokens_input", 1000)
                .put("tokens_output", 0)
                .put("status", "Success");
        Eventually.holds(
                "ingest-app takes one more call",
                () -> client.post(ports.ingest(), "/v1/usage", call.toString()).statusCode() == 202);
        reconciles();

        client.create(
                "/v1/models",
                PlatformClient.object()
                        .put("provider", "test")
                        .put("name", "late")
                        .put("model_type", "Text")
                        .put("cost_input", "99")
                        .put("cost_output", "99"));
        assertThat(commands.execute("reprice", "--model", MODEL)).isZero();
        assertThat(commands.out()).contains("nothing to correct among 271 calls without a sent cost");
    }

    private void reconciles() {
        assertThat(commands.execute("reconcile")).as(commands.out()).isZero();
        assertThat(commands.out()).contains("\n0 differences");
    }

    private void statePrice(ObjectNode price) throws Exception {
        assertThat(client.post(ports.catalog(), "/v1/models/" + model + "/prices", price.toString())
                        .statusCode())
                .isEqualTo(201);
        String path = "/v1/models/" + model + "/prices";
        assertThat(client.get(ports.catalog(), path).isEmpty()).isFalse();
        Eventually.holds(
                "the statement is on the topic",
                () -> topicLines("modelhub.catalog.models").stream()
                        .anyMatch(line -> line.contains(price.path("reason").asText())));
    }

    private void assertCost(BigDecimal expected) throws Exception {
        for (String window : List.of("1m", "15m", "1d")) {
            Eventually.holds(
                    "windows of %s show %s".formatted(window, expected),
                    () -> client.status(ports.aggregator(), "/v1/keys") == 200
                            && new BigDecimal(usage(window).at("/total/cost").asText()).compareTo(expected) == 0);
            assertThat(usage(window).at("/total/unpriced_requests").asLong()).isZero();
        }
        Eventually.holds(
                "the day of the key shows it",
                () -> new BigDecimal(client.get(ports.aggregator(), "/v1/keys/" + key + "/usage?" + range())
                                        .at("/total/cost")
                                        .asText())
                                .compareTo(expected)
                        == 0);
    }

    private void assertQuota(BigDecimal spent, boolean enabled) {
        Eventually.holds("the quota shows %s".formatted(spent), () -> {
            JsonNode quota = client.get(ports.aggregator(), "/v1/keys/" + key + "/quota");
            return new BigDecimal(quota.at("/day/spent").asText()).compareTo(spent) == 0
                    && quota.path("enabled").asBoolean() == enabled;
        });
    }

    /** A read over HTTP may be ahead of the commit with which they become readable. */
    private void assertQuotaEvents(String... expected) {
        assertThat(Eventually.lastAnswer(this::quotaEvents, events -> events.size() >= expected.length))
                .containsExactly(expected);
    }

    private List<String> quotaEvents() throws Exception {
        List<String> events = new ArrayList<>();
        for (String line : topicLines("modelhub.quota.events")) {
            JsonNode value = PlatformClient.JSON.readTree(line).path("value");
            if (!value.path("type").asText().equals("THRESHOLD_REACHED")) {
                events.add(
                        value.path("type").asText() + " " + value.path("reason").asText());
            }
        }
        return events;
    }

    private List<String> topicLines(String topic) {
        List<String> lines = new ArrayList<>();
        new TopicLines(ports.bootstrapServers(), ports.registryUrl()).print(topic, false, lines::add);
        return lines;
    }

    private JsonNode usage(String window) throws Exception {
        return client.get(
                ports.aggregator(),
                "/v1/usage?organization=acme&window=" + window + "&group_by=organization&" + range());
    }

    private static String range() {
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        return "from=" + today + "&to=" + today.plus(Duration.ofDays(1));
    }
}
