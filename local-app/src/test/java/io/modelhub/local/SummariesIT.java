package io.modelhub.local;

import static io.modelhub.local.PlatformClient.JSON;
import static io.modelhub.local.PlatformClient.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import io.modelhub.test.Eventually;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The summaries of every kind of entity, on the whole platform: events go in over HTTP, and each figure is compared with sums
 * that this test makes from what it sent, to the last digit. Then the aggregator is killed: the summaries say so until it is back.
 */
class SummariesIT {

    private static final int EVENTS = 3_000;
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");
    private static final String UNKNOWN_MODEL = "ghost/none";

    /** US dollars per 1,000 tokens: input, output. */
    private static final Map<String, List<String>> PRICES = new TreeMap<>(Map.of(
            "alpha/one", List.of("0.0025", "0.01"),
            "alpha/two", List.of("0.0000000137", "0.00000002741"),
            "beta/three", List.of("0.0008", "0.004")));

    private final RandomGenerator random = random();
    private final Map<String, String> modelUuids = new HashMap<>();

    @TempDir
    private Path folder;

    private Ports ports;
    private PlatformClient client;
    private Instant now;
    private List<Sent> sent;
    private List<String> keys;
    private String rule;

    /**
     * What the test sends.
     *
     * @param key place among the keys; -1: none
     * @param routed whether the rule chose the model
     */
    private record Sent(
            String organization,
            String model,
            int key,
            Instant time,
            Long latencyMs,
            long tokensInput,
            long tokensOutput,
            String status,
            BigDecimal sentCost,
            boolean routed) {

        String provider() {
            return model.equals(UNKNOWN_MODEL) ? null : model.substring(0, model.indexOf('/'));
        }

        boolean unpriced() {
            return sentCost == null && model.equals(UNKNOWN_MODEL);
        }

        BigDecimal cost() {
            if (sentCost != null || unpriced()) {
                return sentCost == null ? BigDecimal.ZERO : sentCost;
            }
            List<String> rates = PRICES.get(model);
            return new BigDecimal(rates.get(0))
                    .multiply(BigDecimal.valueOf(tokensInput))
                    .add(new BigDecimal(rates.get(1)).multiply(BigDecimal.valueOf(tokensOutput)))
                    .divide(BigDecimal.valueOf(1000))
                    .setScale(12, RoundingMode.HALF_EVEN);
        }

        LocalDate date(ZoneId zone) {
            return time.atZone(zone).toLocalDate();
        }
    }

    @Test
    void everySummaryEqualsWhatWasSentAndIsRefusedWithoutTheAggregator() throws Exception {
        now = PlatformClient.endOfTraffic();
        sent = calls();
        ports = Ports.free();
        client = new PlatformClient(ports);
        PlatformSettings settings =
                new PlatformSettings(folder.resolve("data"), false, ports, Distribution.ofThisBuild());
        try (LocalPlatform platform = LocalPlatform.started(settings, System.out::println)) {
            createCatalog();
            sendAll();
            awaitAll();

            usageOfOrganizations();
            usageOfProvidersAndModels();
            usageOfKeys();
            usageOfARule();
            costs();
            dashboards();
            refusals();
            withoutTheAggregator();
        }
    }

    private List<Sent> calls() {
        List<String> models = new ArrayList<>(PRICES.keySet());
        models.add(UNKNOWN_MODEL);
        List<Sent> calls = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            // The first ones are now, so that every key has spent something today.
            boolean isNow = i < 3;
            int key = isNow ? i : random.nextInt(-1, 3);
            calls.add(new Sent(
                    key == 0 ? "acme" : key == 1 ? "bombay" : random.nextBoolean() ? "acme" : "bombay",
                    isNow ? "alpha/one" : models.get(random.nextInt(models.size())),
                    key,
                    isNow
                            ? now.truncatedTo(ChronoUnit.MILLIS)
                            : now.minusMillis(
                                            random.nextLong(Duration.ofHours(22).toMillis()))
                                    .truncatedTo(ChronoUnit.MILLIS),
                    random.nextInt(25) == 0 ? null : random.nextLong(60_000),
                    1 + random.nextLong(8_000),
                    random.nextLong(900),
                    List.of("Success", "Success", "Error", "Timeout").get(random.nextInt(4)),
                    !isNow && random.nextInt(40) == 0 ? BigDecimal.valueOf(1 + random.nextLong(1_000_000), 12) : null,
                    random.nextInt(3) == 0));
        }
        return calls;
    }

    /** Key 0 comes to its daily limit soon, key 1 has none, key 2 serves everybody and is over its monthly one. */
    private void createCatalog() throws Exception {
        for (String provider : List.of("alpha", "beta")) {
            client.create(
                    "/v1/providers", object().put("name", "The " + provider).put("slug", provider));
        }
        for (Map.Entry<String, List<String>> price : PRICES.entrySet()) {
            String[] parts = price.getKey().split("/");
            JsonNode model = client.create(
                    "/v1/models",
                    object().put("provider", parts[0])
                            .put("name", parts[1])
                            .put("model_type", "Text")
                            .put("cost_input", price.getValue().get(0))
                            .put("cost_output", price.getValue().get(1)));
            modelUuids.put(price.getKey(), model.path("uuid").asText());
        }
        client.create("/v1/organizations", object().put("id", "acme").put("name", "Acme"));
        // What an inactive one uses is counted all the same: it was spent.
        client.create(
                "/v1/organizations",
                object().put("id", "bombay")
                        .put("name", "Bombay")
                        .put("time_zone", INDIA.getId())
                        .put("status", "Inactive"));
        keys = List.of(
                createKey(key("alpha", "first")
                        .put("organization", "acme")
                        .put("daily_quota", dailyLimit().toPlainString())
                        .put("monthly_quota", "1000000")),
                createKey(key("beta", "second").put("organization", "bombay")),
                createKey(key("beta", "shared").put("monthly_quota", "0.000001")));
        rule = client.create(
                        "/v1/routing-rules",
                        object().put("name", "cheap first")
                                .put("priority", 1)
                                .put("model_type", "Text")
                                .set(
                                        "models",
                                        JSON.createArrayNode()
                                                .add(object().put("model", "alpha/two")
                                                        .put("weight", 1))))
                .path("id")
                .asText();
        for (String key : keys) {
            Eventually.holds(
                    "the aggregator knows the key",
                    () -> client.status(ports.aggregator(), "/v1/keys/" + key + "/quota") == 200);
        }
        for (String model : PRICES.keySet()) {
            Eventually.holds(
                    "the aggregator knows the model",
                    () -> client.status(ports.aggregator(), "/v1/prices?model=" + model) == 200);
        }
    }

    private static ObjectNode key(String provider, String label) {
        return object().put("provider", provider).put("label", label).put("key", "sk-" + label);
    }

    private String createKey(ObjectNode key) throws Exception {
        return client.create("/v1/api-keys", key).path("id").asText();
    }

    /** A little more than what key 0 spends today: at its rate so far it is reached within the day. */
    private BigDecimal dailyLimit() {
        return spent(0, call -> call.date(UTC).equals(today()))
                .multiply(new BigDecimal("1.0001"))
                .setScale(12, RoundingMode.UP);
    }

    private LocalDate today() {
        return now.atZone(UTC).toLocalDate();
    }

    private BigDecimal spent(int key, Predicate<Sent> when) {
        return sent.stream()
                .filter(call -> call.key == key && when.test(call))
                .map(Sent::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void sendAll() throws Exception {
        ArrayNode batch = JSON.createArrayNode();
        for (int i = 0; i < sent.size(); i++) {
            batch.add(json(i, sent.get(i)));
            if (batch.size() == 500 || i == sent.size() - 1) {
                HttpResponse<String> answer = client.post(ports.ingest(), "/v1/usage", batch.toString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                batch.removeAll();
            }
        }
    }

    private ObjectNode json(int number, Sent call) {
        ObjectNode event = object().put("event_id", "summaries-it-" + number)
                .put("organization", call.organization)
                .put("model", call.model)
                .put("timestamp", call.time.toString())
                .put("tokens_input", call.tokensInput)
                .put("tokens_output", call.tokensOutput)
                .put("status", call.status);
        if (call.key >= 0) {
            event.put("api_key", keys.get(call.key));
        }
        if (call.routed) {
            event.put("routing_rule", rule);
        }
        if (call.latencyMs != null) {
            event.put("latency_ms", call.latencyMs);
        }
        if (call.sentCost != null) {
            event.put("cost", call.sentCost.toPlainString());
        }
        return event;
    }

    private void awaitAll() {
        for (String organization : List.of("acme", "bombay")) {
            long count = count(call -> call.organization.equals(organization));
            Eventually.holds(
                    "the calls of " + organization, () -> requests("/v1/organizations/" + organization) == count);
        }
        Eventually.holds("the calls of the rule", () -> requests("/v1/routing-rules/" + rule) == count(Sent::routed));
        for (int i = 0; i < keys.size(); i++) {
            int key = i;
            Eventually.holds(
                    "the calls of key " + key,
                    () -> requests("/v1/api-keys/" + keys.get(key)) == count(call -> call.key == key));
        }
    }

    private void usageOfARule() throws Exception {
        String path = "/v1/routing-rules/" + rule;
        assertUsage(path, "group_by=day,model", Sent::routed, call -> day(call, UTC) + call.model);
        assertUsage(path, "group_by=provider", Sent::routed, call -> String.valueOf(call.provider()));
        JsonNode dashboard = summary(path, "dashboard", "");
        List<Sent> routed = sent.stream().filter(Sent::routed).toList();
        assertFigures("the rule", dashboard.path("current"), routed);
        assertTop("models", dashboard.path("top_models"), routed, Sent::model);
        assertThat(dashboard.at("/scope/name").asText()).isEqualTo("cheap first");
        JsonNode cost = summary(path, "cost", "group_by=model");
        assertThat(money(cost.path("cost")))
                .isEqualByComparingTo(routed.stream().map(Sent::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
        assertThat(cost.path("quotas")).isEmpty();
    }

    private long count(Predicate<Sent> of) {
        return sent.stream().filter(of).count();
    }

    private long requests(String entity) throws Exception {
        return summary(entity, "usage", "zone=UTC").at("/total/requests").asLong();
    }

    /** Of all days that the calls are in. */
    private JsonNode summary(String entity, String view, String query) throws Exception {
        return client.get(ports.catalog(), entity + "/summary/" + view + "?" + days() + "&" + query);
    }

    private String days() {
        return "from=%s&to=%s".formatted(today().minusDays(2), today().plusDays(2));
    }

    private void usageOfOrganizations() throws Exception {
        Predicate<Sent> ofBombay = call -> call.organization.equals("bombay");
        Predicate<Sent> ofAcme = call -> call.organization.equals("acme");
        assertUsage("/v1/organizations/bombay", "group_by=hour", ofBombay, call -> hour(call, INDIA));
        assertUsage("/v1/organizations/bombay", "group_by=day,model", ofBombay, call -> day(call, INDIA) + call.model);
        assertUsage("/v1/organizations/bombay", "group_by=month", ofBombay, call -> month(call, INDIA));
        assertUsage("/v1/organizations/bombay", "", ofBombay, call -> "");
        assertUsage(
                "/v1/organizations/acme",
                "group_by=day&zone=America/New_York",
                ofAcme,
                call -> day(call, ZoneId.of("America/New_York")));
        assertUsage("/v1/organizations/acme", "group_by=provider", ofAcme, call -> String.valueOf(call.provider()));
        JsonNode answer = summary("/v1/organizations/bombay", "usage", "group_by=day");
        assertThat(answer.at("/scope/zone").asText()).isEqualTo(INDIA.getId());
        assertThat(answer.at("/scope/from").asText())
                .isEqualTo(today().minusDays(2).atStartOfDay(INDIA).toInstant().toString());
        assertThat(answer.at("/scope/committed").asBoolean()).isFalse();
        assertThat(Instant.parse(answer.at("/scope/as_of").asText())).isAfter(now);
        JsonNode snapped = client.get(
                ports.catalog(),
                "/v1/organizations/acme/summary/usage?from=%s&to=%s"
                        .formatted(
                                now.truncatedTo(ChronoUnit.HOURS).minusSeconds(3_601),
                                now.truncatedTo(ChronoUnit.HOURS).minusSeconds(1)));
        assertThat(snapped.at("/scope/from").asText())
                .as("made of whole quarters")
                .isEqualTo(now.truncatedTo(ChronoUnit.HOURS).minusSeconds(4_500).toString());
    }

    private void usageOfProvidersAndModels() throws Exception {
        Predicate<Sent> ofBeta = call -> "beta".equals(call.provider());
        assertUsage("/v1/providers/beta", "group_by=organization", ofBeta, Sent::organization);
        assertUsage(
                "/v1/providers/beta",
                "group_by=day,model&zone=Asia/Kolkata",
                ofBeta,
                call -> day(call, INDIA) + call.model);
        assertUsage(
                "/v1/models/" + modelUuids.get("alpha/two"),
                "group_by=hour,organization",
                call -> call.model.equals("alpha/two"),
                call -> hour(call, UTC) + call.organization);
    }

    private void usageOfKeys() throws Exception {
        for (int i = 0; i < keys.size(); i++) {
            int key = i;
            String path = "/v1/api-keys/" + keys.get(key);
            assertUsage(path, "group_by=day,model", call -> call.key == key, call -> day(call, UTC) + call.model);
            assertUsage(path, "group_by=provider", call -> call.key == key, call -> String.valueOf(call.provider()));
        }
    }

    private static String hour(Sent call, ZoneId zone) {
        return call.time.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant().toString();
    }

    private static String day(Sent call, ZoneId zone) {
        return call.date(zone).atStartOfDay(zone).toInstant().toString();
    }

    private static String month(Sent call, ZoneId zone) {
        return YearMonth.from(call.date(zone))
                .atDay(1)
                .atStartOfDay(zone)
                .toInstant()
                .toString();
    }

    private void assertUsage(String entity, String query, Predicate<Sent> of, Function<Sent, String> group)
            throws Exception {
        JsonNode answer = summary(entity, "usage", query);
        String what = entity + " " + query;
        Map<String, List<Sent>> expected = new TreeMap<>();
        List<Sent> all = sent.stream().filter(of).toList();
        all.forEach(call -> expected.computeIfAbsent(group.apply(call), ignored -> new ArrayList<>())
                .add(call));
        Map<String, JsonNode> found = new TreeMap<>();
        answer.path("rows").forEach(row -> found.put(groupOf(row.path("group"), query), row.path("figures")));
        if (query.isEmpty()) {
            assertThat(found).as("without group_by there is a total alone").isEmpty();
        } else {
            assertThat(found.keySet()).as(what).isEqualTo(expected.keySet());
            expected.forEach((key, calls) -> assertFigures(what + " " + key, found.get(key), calls));
        }
        assertFigures("total of " + what, answer.path("total"), all);
    }

    private static String groupOf(JsonNode group, String query) {
        StringBuilder text = new StringBuilder();
        for (String field : List.of("start", "model", "provider", "organization")) {
            if (group.hasNonNull(field)) {
                text.append(group.path(field).asText());
            }
        }
        return text.isEmpty() && query.contains("provider") ? "null" : text.toString();
    }

    private static void assertFigures(String what, JsonNode found, List<Sent> calls) {
        assertThat(money(found.path("cost")))
                .as("cost of " + what)
                .isEqualByComparingTo(calls.stream().map(Sent::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
        List<Long> latencies = calls.stream()
                .map(Sent::latencyMs)
                .filter(latency -> latency != null)
                .sorted()
                .toList();
        long errors = calls.stream().filter(call -> call.status.equals("Error")).count();
        long timeouts =
                calls.stream().filter(call -> call.status.equals("Timeout")).count();
        assertThat(List.of(
                        found.path("requests").asLong(),
                        found.path("errors").asLong(),
                        found.path("timeouts").asLong(),
                        found.at("/tokens/input").asLong(),
                        found.at("/tokens/output").asLong(),
                        found.path("unpriced_requests").asLong(),
                        found.at("/latency/count").asLong()))
                .as("counts of " + what)
                .isEqualTo(List.of(
                        (long) calls.size(),
                        errors,
                        timeouts,
                        calls.stream().mapToLong(Sent::tokensInput).sum(),
                        calls.stream().mapToLong(Sent::tokensOutput).sum(),
                        calls.stream().filter(Sent::unpriced).count(),
                        (long) latencies.size()));
        if (!calls.isEmpty()) {
            assertThat(found.path("error_rate").asDouble()).isEqualTo((errors + timeouts) / (double) calls.size());
        }
        if (!latencies.isEmpty()) {
            Map.of("p50", 0.50, "p95", 0.95, "p99", 0.99).forEach((field, quantile) -> {
                long exact = latencies.get((int) (quantile * (latencies.size() - 1)));
                assertThat(found.path("latency").path(field).asDouble())
                        .as(field + " of " + what)
                        .isCloseTo(exact, within(exact * 0.01 + 1e-9));
            });
        }
    }

    private static BigDecimal money(JsonNode amount) {
        assertThat(amount.isTextual()).as("money is a string").isTrue();
        return new BigDecimal(amount.asText());
    }

    private void costs() throws Exception {
        JsonNode acme = summary("/v1/organizations/acme", "cost", "group_by=model");
        Map<String, BigDecimal> expected = new TreeMap<>();
        sent.stream()
                .filter(call -> call.organization.equals("acme"))
                .forEach(call -> expected.merge(call.model, call.cost(), BigDecimal::add));
        BigDecimal total = expected.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(money(acme.path("cost"))).isEqualByComparingTo(total);
        assertThat(acme.path("rows")).hasSize(expected.size());
        acme.path("rows").forEach(row -> {
            BigDecimal cost = expected.get(row.at("/group/model").asText());
            assertThat(money(row.path("cost"))).isEqualByComparingTo(cost);
            assertThat(money(row.path("share"))).isEqualByComparingTo(cost.divide(total, 6, RoundingMode.HALF_EVEN));
        });
        assertThat(acme.path("quotas")).hasSize(1);
        assertThat(acme.at("/quotas/0/label").asText()).isEqualTo("first");

        assertForecast();

        JsonNode beta = summary("/v1/providers/beta", "cost", "");
        assertThat(beta.path("quotas")).hasSize(2);
        beta.path("quotas").forEach(quota -> {
            int key = keys.indexOf(quota.path("api_key").asText());
            ZoneId zone = key == 1 ? INDIA : UTC; // That of its organization; a shared key has none.
            YearMonth thisMonth = YearMonth.from(now.atZone(zone));
            BigDecimal spent =
                    spent(key, call -> YearMonth.from(call.date(zone)).equals(thisMonth));
            assertThat(money(quota.at("/month/spent"))).isEqualByComparingTo(spent);
            assertThat(quota.path("label").asText()).isEqualTo(key == 1 ? "second" : "shared");
            assertThat(quota.at("/month/forecast/outcome").asText()).isEqualTo(key == 1 ? "no_limit" : "reached");
            if (key == 2) {
                assertThat(money(quota.at("/month/left"))).isEqualByComparingTo(BigDecimal.ZERO);
                assertThat(quota.path("enabled").asBoolean()).isFalse();
                assertThat(quota.at("/causes/0").asText()).isEqualTo("MONTH");
            }
        });
        assertThat(summary("/v1/models/" + modelUuids.get("alpha/one"), "cost", "")
                        .path("quotas"))
                .isEmpty();
    }

    /** The rate is that of the day so far: between the forecasts right before and right after the answer. */
    private void assertForecast() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        JsonNode quota = summary("/v1/api-keys/" + keys.get(0), "cost", "").at("/quotas/0");
        Instant after = Instant.now();
        BigDecimal spent = spent(0, call -> call.date(UTC).equals(today()));
        JsonNode day = quota.path("day");
        assertThat(money(day.path("spent"))).isEqualByComparingTo(spent);
        assertThat(money(day.path("limit"))).isEqualByComparingTo(dailyLimit());
        assertThat(money(day.path("left"))).isEqualByComparingTo(dailyLimit().subtract(spent));
        assertThat(money(day.path("percent"))).isEqualByComparingTo("99.99");
        assertThat(day.at("/forecast/basis").asText()).isEqualTo("period_so_far");
        assertThat(day.at("/forecast/outcome").asText()).isEqualTo("reached_in_period");
        assertThat(Instant.parse(day.at("/forecast/reached_at").asText()))
                .isBetween(
                        reachedAt(before, dailyLimit(), spent),
                        reachedAt(after, dailyLimit(), spent).plusMillis(1));
        assertThat(quota.at("/month/forecast/outcome").asText()).isEqualTo("not_in_period");
    }

    private Instant reachedAt(Instant at, BigDecimal limit, BigDecimal spent) {
        Instant start = today().atStartOfDay(UTC).toInstant();
        BigDecimal elapsed = BigDecimal.valueOf(Duration.between(start, at).toMillis());
        return start.plusMillis(
                elapsed.multiply(limit).divide(spent, 0, RoundingMode.UP).longValueExact());
    }

    private void dashboards() throws Exception {
        LocalDate day = now.atZone(INDIA).toLocalDate();
        Predicate<Sent> ofBombay = call -> call.organization.equals("bombay");
        JsonNode bombay = client.get(
                ports.catalog(),
                "/v1/organizations/bombay/summary/dashboard?from=%s&to=%s".formatted(day, day.plusDays(1)));
        assertFigures("today", bombay.path("current"), calls(ofBombay, INDIA, day));
        assertFigures("yesterday", bombay.at("/previous/figures"), calls(ofBombay, INDIA, day.minusDays(1)));
        assertTop("models", bombay.path("top_models"), calls(ofBombay, INDIA, day), Sent::model);
        assertThat(bombay.path("top_organizations").isNull()).isTrue();
        Map<String, List<Sent>> hours = new TreeMap<>();
        calls(ofBombay, INDIA, day)
                .forEach(call -> hours.computeIfAbsent(hour(call, INDIA), ignored -> new ArrayList<>())
                        .add(call));
        assertThat(bombay.path("series")).hasSize(hours.size());
        bombay.path("series")
                .forEach(point -> assertFigures(
                        "a point",
                        point.path("figures"),
                        hours.get(point.path("start").asText())));

        JsonNode beta = summary("/v1/providers/beta", "dashboard", "");
        Predicate<Sent> ofBeta = call -> "beta".equals(call.provider());
        List<Sent> callsOfBeta = sent.stream().filter(ofBeta).toList();
        assertFigures("beta", beta.path("current"), callsOfBeta);
        assertTop("organizations", beta.path("top_organizations"), callsOfBeta, Sent::organization);
        assertTop(
                "keys",
                beta.path("top_keys"),
                sent.stream().filter(call -> call.key > 0).toList(),
                call -> keys.get(call.key));
        assertThat(beta.path("quotas")).as("the shared key is over its quota").hasSize(1);

        JsonNode model = summary("/v1/models/" + modelUuids.get("alpha/one"), "dashboard", "");
        List<Sent> callsOfModel =
                sent.stream().filter(call -> call.model.equals("alpha/one")).toList();
        assertTop("organizations", model.path("top_organizations"), callsOfModel, Sent::organization);
        assertTop(
                "keys",
                model.path("top_keys"),
                callsOfModel.stream().filter(call -> call.key >= 0).toList(),
                call -> keys.get(call.key));

        JsonNode key = summary("/v1/api-keys/" + keys.get(0), "dashboard", "");
        List<Sent> callsOfKey = sent.stream().filter(call -> call.key == 0).toList();
        assertFigures("key", key.path("current"), callsOfKey);
        assertThat(key.at("/previous/figures/requests").asLong()).isZero();
        assertTop("models", key.path("top_models"), callsOfKey, Sent::model);
        assertThat(key.at("/quotas/0/api_key").asText()).isEqualTo(keys.get(0));
    }

    private List<Sent> calls(Predicate<Sent> of, ZoneId zone, LocalDate day) {
        return sent.stream()
                .filter(of)
                .filter(call -> call.date(zone).equals(day))
                .toList();
    }

    private static void assertTop(String what, JsonNode top, List<Sent> calls, Function<Sent, String> by) {
        Map<String, List<Sent>> parts = new TreeMap<>();
        calls.forEach(call -> parts.computeIfAbsent(by.apply(call), ignored -> new ArrayList<>())
                .add(call));
        Comparator<String> byCost = Comparator.comparing(
                id -> parts.get(id).stream().map(Sent::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
        List<String> found = new ArrayList<>();
        top.forEach(entry -> {
            found.add(entry.path("id").asText());
            assertFigures(
                    what + " " + entry.path("id").asText(),
                    entry.path("figures"),
                    parts.get(entry.path("id").asText()));
        });
        assertThat(found)
                .as(what)
                .isEqualTo(parts.keySet().stream().sorted(byCost.reversed()).toList());
    }

    private void refusals() throws Exception {
        String nobody = "00000000-0000-4000-8000-000000000000";
        for (String entity : List.of(
                "/v1/organizations/nobody",
                "/v1/providers/nobody",
                "/v1/models/" + nobody,
                "/v1/api-keys/" + nobody,
                "/v1/routing-rules/" + nobody)) {
            assertProblem(entity + "/summary/dashboard", 404, "unknown");
        }
        assertProblem("/v1/organizations/acme/summary/colours", 404, "unknown");
        JsonNode wrong = assertProblem(
                "/v1/organizations/acme/summary/usage?from=x&to=y&zone=Mars&group_by=colour", 400, "bad_request");
        assertThat(wrong.path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("from", "to", "zone", "group_by");
        JsonNode old = assertProblem("/v1/organizations/acme/summary/usage?from=2020-01-01", 422, "invalid");
        assertThat(old.at("/errors/0/code").asText()).isEqualTo("not_kept");
    }

    private JsonNode assertProblem(String path, int status, String code) throws Exception {
        HttpResponse<String> answer = client.send(ports.catalog(), path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        return problem;
    }

    /** Until it is back every summary is a 503 that says why; no answer in between has other figures. */
    private void withoutTheAggregator() throws Exception {
        String path = "/v1/organizations/acme/summary/usage?" + days();
        JsonNode total = client.get(ports.catalog(), path).path("total");
        PlatformClient.killAggregator();
        Eventually.holds("the summaries are refused", () -> client.status(ports.catalog(), path) == 503);
        for (String entity :
                List.of("/v1/organizations/acme", "/v1/providers/beta", "/v1/models/" + modelUuids.get("alpha/one"))) {
            for (String view : List.of("dashboard", "usage", "cost")) {
                assertAway(entity + "/summary/" + view + "?" + days());
            }
        }
        assertAway("/v1/api-keys/" + keys.get(0) + "/summary/cost");
        assertAway("/v1/routing-rules/" + rule + "/summary/usage");
        assertProblem("/v1/organizations/nobody/summary/usage", 404, "unknown");
        Eventually.holds("the summaries are back", () -> {
            HttpResponse<String> answer = client.send(ports.catalog(), path);
            if (answer.statusCode() == 200) {
                // Read while it restores nothing can be missing: its stores are only read when they are whole.
                assertThat(JSON.readTree(answer.body()).path("total")).isEqualTo(total);
                return true;
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            return false;
        });
    }

    private void assertAway(String path) throws Exception {
        JsonNode problem = assertProblem(path, 503, "aggregator_unavailable");
        assertThat(problem.path("detail").asText()).contains("aggregator");
        assertThat(client.send(ports.catalog(), path).headers().firstValue("Retry-After"))
                .isPresent();
    }

    private static RandomGenerator random() {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime());
        System.out.println("SummariesIT runs with -Dmodelhub.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
