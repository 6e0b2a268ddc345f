package io.modelhub.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Results.Usage ACME = new Results.Usage(
            "acme-robotics",
            3,
            1,
            1,
            3_000,
            30,
            new BigDecimal("0.007800000000"),
            0,
            new Results.Usage.Latency(new BigDecimal("250.5"), new BigDecimal("1200"), new BigDecimal("1300")));
    private static final Results.Usage NONE = new Results.Usage("-", 1, 1, 0, 5, 0, new BigDecimal("0E-12"), 1, null);
    private static final Results.Usage ALL =
            new Results.Usage(null, 4, 2, 1, 3_005, 30, new BigDecimal("0.007800000000"), 1, null);
    private static final Results.Usage MODEL =
            new Results.Usage("openai/gpt-4o", 3, 1, 1, 3_000, 30, new BigDecimal("0.007800000000"), 0, null);
    private static final Results.Usage UNPRICED =
            new Results.Usage("nobody/knows", 1, 1, 0, 5, 0, new BigDecimal("0E-12"), 1, null);

    private final Report report = new Report(
            5,
            4,
            1,
            new Results.Parts(ALL, List.of(ACME, NONE)),
            new Results.Parts(ALL, List.of(MODEL, UNPRICED)),
            Map.of("openai/gpt-4o", new Results.Price("0.0025", "0.01")),
            List.of(new Results.Disabled(
                    "key-id", "DAY", new BigDecimal("0.001000000000"), new BigDecimal("0.007800000000"))),
            Map.of("key-id", "Acme trial"),
            1.23456);

    @Test
    void writesTheFieldsThatWereAgreedMoneyAsPlainText() throws JsonProcessingException {
        assertThat(new ObjectMapper().readTree(report.json().toString())).isEqualTo(new ObjectMapper().readTree("""
                        {"events_sent": 5, "events_accepted": 4, "events_rejected": 1, "events_aggregated": 4,
                         "total_cost_usd": "0.007800000000",
                         "organizations": [
                          {"id": "acme-robotics", "requests": 3, "tokens_input": 3000, "tokens_output": 30,
                           "cost_usd": "0.007800000000",
                           "latency_p50_ms": 250.5, "latency_p95_ms": 1200, "latency_p99_ms": 1300},
                          {"id": "-", "requests": 1, "tokens_input": 5, "tokens_output": 0, "cost_usd": "0.000000000000",
                           "latency_p50_ms": null, "latency_p95_ms": null, "latency_p99_ms": null}],
                         "models": [
                          {"id": "openai/gpt-4o", "requests": 3, "tokens_input": 3000, "tokens_output": 30,
                           "cost_input": "0.0025", "cost_output": "0.01", "cost_usd": "0.007800000000"},
                          {"id": "nobody/knows", "requests": 1, "tokens_input": 5, "tokens_output": 0,
                           "cost_input": null, "cost_output": null, "cost_usd": "0.000000000000"}],
                         "keys_disabled": [
                          {"api_key": "key-id", "cause": "DAY", "limit_usd": "0.001000000000", "spent_usd": "0.007800000000"}],
                         "seconds": 1.235}
                        """));
    }

    @Test
    void showsTablesThatFitATerminal() {
        List<String> lines = report.lines();

        assertThat(lines)
                .contains("acme-robotics                    3        3,000          30      0.0078     1.2")
                .contains("API key \"Acme trial\" is off: it spent $0.0078 of its $0.001 a day")
                .allMatch(line -> line.length() <= 80);
    }
}
