package io.modelhub.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.check.CheckedEvent;
import io.modelhub.ingest.check.SentEvent;
import io.modelhub.ingest.check.UsageCheck;
import io.modelhub.ingest.http.SampleEvents.BrokenEvent;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From a sender's words to the record of the topic, or to the rule that is broken. */
class UsageRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static Stream<BrokenEvent> brokenEvents() {
        return SampleEvents.BROKEN.stream();
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void namesTheOneRuleThatIsBroken(BrokenEvent broken) {
        CheckedEvent checked = check(broken.json());

        assertThat(checked).isInstanceOfSatisfying(CheckedEvent.Bad.class, bad -> {
            assertThat(bad.brokenRules())
                    .extracting(BrokenRule::field, BrokenRule::code)
                    .as("all broken rules")
                    .containsExactly(tuple(broken.field(), broken.code()));
            assertThat(bad.firstBrokenRule().message()).isNotBlank().doesNotContain("sk-live");
        });
    }

    @Test
    void tellsAtLeastTwentyFiveRulesApart() {
        Set<String> rules = new HashSet<>();
        SampleEvents.BROKEN.forEach(broken -> rules.add(broken.field() + "/" + broken.code()));

        assertThat(rules).hasSizeGreaterThanOrEqualTo(25);
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void isDocumented(BrokenEvent broken) throws Exception {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "usage-events.md"));

        boolean ofAnyField = Set.of("wrong_type", "duplicate_field", "unknown_field", "malformed_text")
                .contains(broken.code());
        String field = ofAnyField ? "any field" : "`" + broken.field().replaceFirst("\\..*", ".<name>") + "`";
        assertThat(rows)
                .anyMatch(row -> row.startsWith("| ")
                        && row.split("\\|")[1].contains(field)
                        && row.contains("`" + broken.code() + "`"));
    }

    @Test
    void carriesEveryFieldOfAGoodEvent() {
        ModelMetrics usage = good(SampleEvents.good("e-1"));

        assertThat(usage)
                .isEqualTo(ModelMetrics.newBuilder()
                        .setEventId("e-1")
                        .setModel("openai/gpt-4o@2024-08-06")
                        .setOrganization("acme")
                        // Compared as text by every reader, so one form of it.
                        .setApiKey("6f9619ff-8b86-d011-b42d-00c04fc964ff")
                        .setTimestamp(Instant.parse("2026-03-01T11:00:00.250Z"))
                        .setLatencyMs(812L)
                        .setTokensInput(1000)
                        .setTokensOutput(200)
                        .setTokensInputCached(600)
                        .setTokensCacheWrite(400)
                        .setTokensReasoning(150)
                        .setCost(new BigDecimal("0.012500000000"))
                        .setStatus(CallStatus.Success)
                        .setErrorType("RateLimitError")
                        .setErrorMessage("slow \ud83d\ude00 down")
                        .setRoutingRule("6f9619ff-8b86-d011-b42d-00c04fc964fe")
                        .setSource("gateway-7")
                        .setAttributes(Map.of("team", "search"))
                        .build());
        // A field added to the schema must be read here too: nothing may keep its default.
        for (Schema.Field field : ModelMetrics.getClassSchema().getFields()) {
            assertThat(usage.get(field.pos())).as(field.name()).isNotIn(null, "", 0L, Map.of());
        }
    }

    @Test
    void needsOnlySixFieldsAndTakesNullForNotGiven() {
        ModelMetrics usage = good("""
                {"event_id":"e","model":"bedrock/us.anthropic.claude-3:0","timestamp":1772366400000,"tokens_input":0,
                 "tokens_output":-0,"status":"TIMEOUT","organization":null,"api_key":"","cost":null,"attributes":null}""");

        assertThat(usage)
                .isEqualTo(ModelMetrics.newBuilder()
                        .setEventId("e")
                        .setModel("bedrock/us.anthropic.claude-3:0")
                        .setTimestamp(NOW)
                        .setTokensInput(0)
                        .setTokensOutput(0)
                        .setStatus(CallStatus.Timeout)
                        .setSource("http")
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        // As a number, as JSON writes small ones; as a text; in exponents; the smallest and the largest.
        "1.25E-5, 0.000012500000",
        "'\"0.0125\"', 0.012500000000",
        "'\"1e2\"', 100.000000000000",
        "0.000000000001, 0.000000000001",
        "1000000, 1000000.000000000000",
        // More than 12 places that say nothing.
        "0.1250000000000000, 0.125000000000",
        "-0, 0.000000000000",
        // No double has this value.
        "0.1, 0.100000000000",
        "123456.123456789012, 123456.123456789012"
    })
    void readsCostExactly(String sent, String expected) {
        assertThat(good(minimal("\"cost\":" + sent)).getCost()).isEqualTo(new BigDecimal(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"2026-03-01T12:05:00Z\"', 2026-03-01T12:05:00Z",
        "'\"2026-03-01T12:05:00.999999+00:00\"', ",
        "'\"2000-01-01T00:00:00Z\"', 2000-01-01T00:00:00Z",
        "946684799999, ",
        "946684800000, 2000-01-01T00:00:00Z",
        "'\"2026-03-01T17:45:00+05:45\"', 2026-03-01T12:00:00Z"
    })
    void holdsTheBoundsOfTimeInclusive(String sent, Instant expected) {
        CheckedEvent checked =
                check(minimal("\"timestamp\":" + sent).replace("\"timestamp\":\"2026-03-01T12:00:00Z\",", ""));

        assertThat(checked instanceof CheckedEvent.Good good ? good.usage().getTimestamp() : null)
                .isEqualTo(expected);
    }

    @Test
    void tellsAllBrokenRulesInTheOrderOfTheFields() {
        CheckedEvent checked = check("{\"cots\":1,\"status\":\"ok\",\"tokens_output\":-1,\"event_id\":\"\"}");

        assertThat(((CheckedEvent.Bad) checked).brokenRules())
                .extracting(rule -> rule.field() + "/" + rule.code())
                .containsExactly(
                        "event_id/blank",
                        "model/missing",
                        "timestamp/missing",
                        "tokens_input/missing",
                        "tokens_output/negative_number",
                        "status/unknown_status",
                        "cots/unknown_field");
    }

    @Test
    void keepsTheAnswerSmallForAnEventThatIsWrongEverywhere() {
        StringBuilder event = new StringBuilder("{\"a\":1");
        for (int i = 0; i < 1000; i++) {
            event.append(",\"unknown").append(i).append("\":1");
        }

        assertThat(((CheckedEvent.Bad) check(event.append('}').toString())).brokenRules())
                .hasSize(20);
    }

    @Test
    void starsOutWhatMayBeASecret() {
        String secret = "sk-live-0123456789abcdef";
        CheckedEvent.Bad plain = (CheckedEvent.Bad) check(minimal("\"api_key\":\"" + secret + "\""));
        CheckedEvent.Bad escaped =
                (CheckedEvent.Bad) check(minimal("\"api_key\":\"" + secret.replace("k", "\\u006b") + "\""));

        assertThat(new String(plain.original(), StandardCharsets.UTF_8))
                .isEqualTo(minimal("\"api_key\":\"" + "*".repeat(secret.length()) + "\""));
        assertThat(escaped.original()).isEmpty();
    }

    @Test
    void cutsAnEventThatIsTooLargeForTheTopic() {
        CheckedEvent.Bad bad = (CheckedEvent.Bad) check(minimal("\"error_message\":\"" + "a".repeat(70_000) + "\""));

        assertThat(bad.original()).hasSize(65_536);
    }

    private static String minimal(String field) {
        return """
                {"event_id":"e","model":"openai/gpt-4o","timestamp":"2026-03-01T12:00:00Z","tokens_input":1,\
                "tokens_output":1,"status":"Success",%s}""".formatted(field);
    }

    private static ModelMetrics good(String json) {
        assertThat(check(json)).isInstanceOf(CheckedEvent.Good.class);
        return ((CheckedEvent.Good) check(json)).usage();
    }

    private static CheckedEvent check(String json) {
        // In an array, so that a lone null or text is an event too.
        byte[] body = ("[" + json + "]").getBytes(StandardCharsets.UTF_8);
        UsageBody read = new UsageReader(10).read(new ReceivedBody.Whole(ReceivedBody.Form.JSON, body));
        List<SentEvent> events = ((UsageBody.Events) read).events();
        assertThat(events).hasSize(1);
        return new UsageCheck(65_536).check(events.get(0), "http", NOW);
    }
}
