package io.modelhub.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.check.SentEvent;
import io.modelhub.ingest.check.SentValue;
import io.modelhub.ingest.http.ReceivedBody.Form;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageReaderTest {

    private final UsageReader reader = new UsageReader(3);

    @Test
    void readsOneEventWithItsOwnBytes() {
        String event =
                "{\"event_id\" : \"é\", \"cost\":1.10, \"n\":1, \"b\":true, \"z\":null, \"a\":{\"k\":[1]}, \"l\":[{}]}";
        SentEvent read = events(Form.JSON, " \n" + event + " ").get(0);

        assertThat(read.fields())
                .isEqualTo(Map.of(
                        "event_id", new SentValue.Text("é"),
                        "cost", new SentValue.Digits("1.10", false),
                        "n", new SentValue.Digits("1", true),
                        "b", new SentValue.Flag(true),
                        "z", SentValue.Absent.ABSENT,
                        "a", new SentValue.Entries(Map.of("k", SentValue.Nested.NESTED)),
                        "l", SentValue.Nested.NESTED));
        assertThat(original(read)).isEqualTo(event);
    }

    @Test
    void readsAnArrayWithTheBytesOfEachItem() {
        List<SentEvent> read = events(Form.JSON, "[ {\"a\":1} , \"text\" ,null]");

        assertThat(read).extracting(UsageReaderTest::original).containsExactly("{\"a\":1}", "\"text\"", "null");
        assertThat(read)
                .extracting(event ->
                        event.brokenForm().stream().map(BrokenRule::code).toList())
                .containsExactly(List.of(), List.of("not_an_object"), List.of("null_event"));
    }

    @Test
    void readsLinesAndSpoilsOnlyTheBrokenOne() {
        List<SentEvent> read = events(Form.LINES, "\r\n{\"a\":1}\r\n  \n{\"a\":\n{\"a\":2} {}");

        assertThat(read)
                .extracting(event ->
                        event.brokenForm().stream().map(BrokenRule::code).toList())
                .containsExactly(List.of(), List.of("malformed_json"), List.of("malformed_json"));
        assertThat(read).extracting(UsageReaderTest::original).containsExactly("{\"a\":1}", "{\"a\":", "{\"a\":2} {}");
    }

    @Test
    void tellsWhichFieldsStandTwice() {
        SentEvent read =
                events(Form.JSON, "{\"a\":1,\"a\":2,\"o\":{\"x\":1,\"x\":1}}").get(0);

        assertThat(read.brokenForm())
                .extracting(rule -> rule.field() + "/" + rule.code())
                .containsExactly("a/duplicate_field", "o.x/duplicate_field");
    }

    @Test
    void skipsAByteOrderMark() {
        assertThat(events(Form.JSON, "\ufeff{}")).hasSize(1);
        assertThat(events(Form.LINES, "\ufeff{}\n{}")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "JSON, '', no_events",
        "JSON, ' ', no_events",
        "JSON, '[]', no_events",
        "LINES, ' \n\r\n', no_events",
        "JSON, '{', malformed_json",
        "JSON, '[{}', malformed_json",
        "JSON, '[{},]', malformed_json",
        "JSON, '{\"a\":NaN}', malformed_json",
        "JSON, '{}{}', malformed_json",
        "JSON, '[{}] x', malformed_json",
        "JSON, '{\"a\":01}', malformed_json",
        "JSON, '[{},{},{},{}]', too_many_events",
        "LINES, '{}\n{}\n{}\n{}', too_many_events"
    })
    void refusesTheWholeBody(Form form, String body, String code) {
        assertThat(read(form, body.getBytes(StandardCharsets.UTF_8))).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.status().is4xxClientError()).isTrue();
        });
    }

    @Test
    void boundsNesting() {
        String deep = "[".repeat(100_000);

        assertThat(read(Form.JSON, deep.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("nested_too_deep"));
        assertThat(events(Form.LINES, "{\"a\":" + deep).get(0).brokenForm())
                .extracting(BrokenRule::code)
                .containsExactly("nested_too_deep");
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        assertThat(read(Form.JSON, new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("malformed_json"));
        assertThat(read(Form.JSON, "{}".getBytes(StandardCharsets.UTF_16)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("malformed_json"));
    }

    @Test
    void takesLongNumbersAndNamesAsTheyAre() {
        String digits = "9".repeat(20_000);
        SentEvent read = events(Form.JSON, "{\"%s\":%s}".formatted("n".repeat(60_000), digits))
                .get(0);

        assertThat(read.fields()).containsValue(new SentValue.Digits(digits, true));
    }

    private List<SentEvent> events(Form form, String body) {
        UsageBody read = read(form, body.getBytes(StandardCharsets.UTF_8));
        assertThat(read).isInstanceOf(UsageBody.Events.class);
        return ((UsageBody.Events) read).events();
    }

    private UsageBody read(Form form, byte[] body) {
        return reader.read(new ReceivedBody.Whole(form, body));
    }

    private static String original(SentEvent event) {
        return new String(event.original(), StandardCharsets.UTF_8);
    }
}
