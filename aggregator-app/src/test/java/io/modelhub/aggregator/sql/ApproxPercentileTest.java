package io.modelhub.aggregator.sql;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.schema.CallStatus;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Percentiles over merged windows beside the exact ones of all calls. */
class ApproxPercentileTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private record Call(String organization, String model, Instant at, long latencyMs) {}

    /** Most calls take a second, agents' minutes, some time out after ten. */
    @Test
    void isWithinTheStatedErrorOverWindowsModelsAndOrganizations() {
        RandomGenerator random = Seeded.random(ApproxPercentileTest.class);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            double typical = random.nextInt(10) == 0 ? 60_000 : 1_200;
            calls.add(new Call(
                    "org-" + random.nextInt(9),
                    "model-" + random.nextInt(5),
                    NOON.plusSeconds(random.nextInt(3600)),
                    random.nextInt(200) == 0 ? 600_000 : 1 + (long) (typical * Math.exp(random.nextGaussian() * 1.3))));
        }
        assertWithinTheStatedError(calls);
    }

    /** The calls of a trace of agents, {@code -Dmodelhub.test.trace=exgentic_agent_llm_traces.jsonl}: in minutes and days, of two models. */
    @Test
    @Tag("trace")
    void isWithinTheStatedErrorOnRealLatencies() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Call> calls = new ArrayList<>();
        try (Stream<String> lines = Files.lines(Path.of(requireNonNull(System.getProperty("modelhub.test.trace"))))) {
            for (String line : lines.toList()) {
                JsonNode call = json.readTree(line);
                long latencyMs = Math.round(call.get("duration_ms").asDouble());
                if (latencyMs > 0) { // Failed calls have none.
                    calls.add(new Call(
                            "org-" + calls.size() % 7,
                            call.get("request_model").asText(),
                            Instant.ofEpochMilli(
                                    (long) (call.get("start_time_s").asDouble() * 1_000)),
                            latencyMs));
                }
            }
        }
        assertThat(calls).hasSizeGreaterThan(1_000);
        assertWithinTheStatedError(calls);
        for (String model : calls.stream().map(Call::model).distinct().toList()) {
            assertWithinTheStatedError(
                    calls.stream().filter(call -> call.model().equals(model)).toList());
        }
    }

    private static void assertWithinTheStatedError(List<Call> calls) {
        RowsByHand rows = new RowsByHand();
        for (Call call : calls) {
            rows.call(new DocumentedStatements.Call(
                    call.organization(),
                    call.model(),
                    call.at(),
                    1,
                    1,
                    BigDecimal.ZERO,
                    CallStatus.Success,
                    call.latencyMs(),
                    null,
                    null));
        }
        List<Long> latencies = calls.stream().map(Call::latencyMs).sorted().toList();
        SqlEngine engine = new SqlEngine(
                rows,
                new SqlLimits(Duration.ofMinutes(1), 100_000, 100_000, 1, 1 << 30),
                Clock.fixed(NOON, ZoneOffset.UTC));
        for (String table : List.of("USAGE_1M", "USAGE_15M", "USAGE_1H", "USAGE_1D", "USAGE_1MO")) {
            for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1}) {
                double exact = latencies.get((int) (share * (latencies.size() - 1)));
                Object approximate = engine.query(
                                "SELECT APPROX_PERCENTILE(latency, %s) FROM %s".formatted(share, table), Map.of())
                        .rows()
                        .get(0)
                        .get(0);
                assertThat(Math.abs((double) approximate / exact - 1))
                        .as("%s of %s: %s for %s", share, table, approximate, exact)
                        .isLessThanOrEqualTo(LatencySum.RELATIVE_ACCURACY + 1e-9);
            }
        }
    }
}
