package io.modelhub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The benchmark with few events: its figures are there, and the aggregator's results were right, else the exit code would not
 * be 0. How fast anything was is no test's business.
 */
class BenchIT {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void measuresAndChecksEveryResult() throws Exception {
        Path json = folder.resolve("bench.json");

        int exitCode = bench(
                "--warm-up",
                "0", // So few events may be through at once, and then none would be left after a warm-up.
                "--events",
                "20000",
                "--organizations",
                "100",
                "--api-keys",
                "250",
                "--breaches",
                "50",
                "--peer-commit-intervals",
                "100,500",
                "--compiler-patience",
                "1",
                "--json",
                json.toString());

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("c/a", "c/b", "c/d", "results checked: ");
        JsonNode figures = JsonMapper.builder().build().readTree(Files.readString(json));
        assertThat(figures.get("events").intValue()).isEqualTo(20_000);
        for (String measured : new String[] {
            "consumer_events_per_s",
            "consumer_decode_events_per_s",
            "aggregator_events_per_s",
            "aggregator_to_consumer",
            "aggregator_to_consumer_decode",
            "peer_events_per_s",
            "peer_commit_interval_ms",
            "aggregator_to_peer",
            "disable_latency_idle_p50_ms",
            "disable_latency_idle_p99_ms",
            "disable_latency_loaded_p50_ms",
            "disable_latency_loaded_p99_ms",
            "aggregator_cpu_s_per_million",
            "broker_cpu_s_per_million",
            "rss_mb",
            "state_bytes_per_million",
            "changelog_bytes_per_million"
        }) {
            assertThat(figures.get(measured).doubleValue()).as(measured).isPositive();
        }
        assertThat(figures.get("total_cost_usd").stringValue()).matches("\\d+\\.\\d{12}");
        assertThat(figures.get("machine").stringValue()).contains("cores");
    }

    @Test
    void measuresSql() throws Exception {
        Path json = folder.resolve("sql.json");

        int exitCode = bench(
                "sql",
                "--events",
                "20000",
                "--organizations",
                "100",
                "--seconds",
                "1",
                "--pushes",
                "5",
                "--batch",
                "1000",
                "--compiler-patience",
                "1",
                "--json",
                json.toString());

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("top 10 of an hour's organizations", "beyond the commit");
        JsonNode figures = JsonMapper.builder().build().readTree(Files.readString(json));
        for (String measured : new String[] {
            "windows",
            "point_per_s",
            "point_p99_ms",
            "info_per_s",
            "top_windows",
            "top_p99_ms",
            "push_since_call_p99_ms",
            "pushed_rows",
            "events_per_s_without_pushes",
            "events_per_s_with_pushes"
        }) {
            assertThat(figures.get(measured).doubleValue()).as(measured).isPositive();
        }
        assertThat(figures.get("push_beyond_commit_p99_ms").isNumber()).isTrue();
    }

    @Test
    void refusesWhatItCannotMeasure() {
        assertThat(bench("--events", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--events must be at least 1, not 0");
        assertThat(bench("sql", "--clients", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--clients must be at least 1, not 0", "\"./modelhub bench sql --help\"");
    }

    @Test
    void refusesAFileThatItCannotWriteBeforeItStarts() {
        assertThat(bench("--json", folder.resolve("missing/bench.json").toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--json", "missing");
    }

    private int bench(String... arguments) {
        return Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
