package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.StartFailure;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the aggregator says: the only source of every figure that the demo shows of the results. */
final class Results {

    /** Before it nobody called a model. */
    private static final Instant BEGINNING = Instant.parse("2020-01-01T00:00:00Z");

    private final JsonApi api;

    Results(JsonApi api) {
        this.api = api;
    }

    /**
     * The figures of an organization, of a model, or of everything.
     *
     * @param id null: everything
     * @param cost US dollars
     * @param latency null where no call told its latency
     */
    record Usage(
            @Nullable String id,
            long requests,
            long errors,
            long timeouts,
            long tokensInput,
            long tokensOutput,
            BigDecimal cost,
            long unpriced,
            @Nullable Latency latency) {

        record Latency(BigDecimal p50Ms, BigDecimal p95Ms, BigDecimal p99Ms) {}

        static Usage of(JsonNode row, @Nullable String id) {
            return new Usage(
                    id,
                    row.path("requests").asLong(),
                    row.path("errors").asLong(),
                    row.path("timeouts").asLong(),
                    row.path("tokens_input").asLong(),
                    row.path("tokens_output").asLong(),
                    new BigDecimal(row.path("cost").asText("0")),
                    row.path("unpriced_requests").asLong(),
                    row.hasNonNull("latency_p50_ms")
                            ? new Latency(
                                    row.path("latency_p50_ms").decimalValue(),
                                    row.path("latency_p95_ms").decimalValue(),
                                    row.path("latency_p99_ms").decimalValue())
                            : null);
        }
    }

    /** Everything, in parts by organization or by model. */
    record Parts(Usage total, List<Usage> parts) {}

    /** @param costOutput as the other, US dollars per 1,000 tokens, as written */
    record Price(String costInput, String costOutput) {}

    /** A limit that is reached. */
    record Disabled(String apiKey, String cause, BigDecimal limit, BigDecimal spent) {}

    /** All that was ever counted. Empty while the aggregator can't answer. */
    Optional<Parts> parts(String groupBy) throws InterruptedException {
        Instant end = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(2));
        String query = "/v1/usage?from=%s&to=%s&window=1d&group_by=%s".formatted(BEGINNING, end, groupBy);
        return body(query).map(answer -> {
            List<Usage> parts = new ArrayList<>();
            answer.path("rows")
                    .forEach(row -> parts.add(Usage.of(row, row.path(groupBy).asText())));
            return new Parts(Usage.of(answer.path("total"), null), parts);
        });
    }

    /** The price in force now, as the aggregator knows it. Empty until it does. */
    Optional<Price> price(String model) throws InterruptedException {
        return body("/v1/prices?model=" + URLEncoder.encode(model, StandardCharsets.UTF_8))
                .map(price -> new Price(
                        price.path("cost_input").asText(),
                        price.path("cost_output").asText()));
    }

    /** Whether the aggregator holds the key to these limits already. */
    boolean knowsLimits(String keyId, DemoKey key) throws InterruptedException {
        return body("/v1/keys/%s/quota".formatted(keyId))
                .filter(quota -> isLimit(quota.path("day"), key.dailyQuota())
                        && isLimit(quota.path("month"), key.monthlyQuota()))
                .isPresent();
    }

    private static boolean isLimit(JsonNode period, @Nullable String limit) {
        return limit == null
                ? !period.hasNonNull("limit")
                : period.hasNonNull("limit")
                        && new BigDecimal(period.path("limit").asText()).compareTo(new BigDecimal(limit)) == 0;
    }

    /** Every reached limit of every key. Empty while the aggregator can't answer. */
    Optional<List<Disabled>> disabledKeys() throws InterruptedException {
        return body("/v1/keys?enabled=false").map(answer -> {
            List<Disabled> disabled = new ArrayList<>();
            for (JsonNode key : answer.path("keys")) {
                for (JsonNode cause : key.path("causes")) {
                    JsonNode period = key.path(cause.asText().equals("DAY") ? "day" : "month");
                    disabled.add(new Disabled(
                            key.path("api_key").asText(),
                            cause.asText(),
                            new BigDecimal(period.path("limit").asText("0")),
                            new BigDecimal(period.path("spent").asText("0"))));
                }
            }
            return disabled;
        });
    }

    /** Empty for 404 and while there is no answer; anything else is a fault. */
    private Optional<JsonNode> body(String query) throws InterruptedException {
        JsonApi.Answer answer = api.get(query);
        if (answer instanceof JsonApi.Answer.Given given) {
            if (given.isSuccess()) {
                return Optional.of(given.body());
            }
            if (given.status() != 404) {
                throw new StartFailure(
                        "%s answers %s with HTTP %d: %s".formatted(api.app(), query, given.status(), given.body()));
            }
        }
        return Optional.empty();
    }
}
