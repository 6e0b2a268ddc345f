package io.modelhub.ingest.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Events as senders write them: a good one, and one for each way to break a rule. */
final class SampleEvents {

    /**
     * A wrong event and the first rule that it breaks.
     *
     * @param json the event
     */
    record BrokenEvent(String json, String field, String code) {

        @Override
        public String toString() {
            return field + "/" + code + " " + (json.length() > 60 ? json.substring(0, 60) + "…" : json);
        }
    }

    /** Every row breaks one rule of an event that is good otherwise. */
    static final List<BrokenEvent> BROKEN = List.of(
            without("event_id", "missing"),
            with("event_id", "null", "missing"),
            with("event_id", "17", "wrong_type"),
            with("event_id", "\" \\t\"", "blank"),
            with("event_id", text(129), "too_long"),
            with("event_id", "\"a\\u0000b\"", "control_character"),
            // Half of a pair has no UTF-8 form: two different ids would become one on the topic.
            with("event_id", "\"a\\ud800\"", "malformed_text"),
            without("model", "missing"),
            with("model", "{}", "wrong_type"),
            with("model", "\"gpt-4o\"", "malformed"),
            with("model", "\"OpenAI/gpt-4o\"", "malformed"),
            with("model", "\"openai/\"", "malformed"),
            with("model", "\"openai/gpt 4o\"", "malformed"),
            with("model", "\"openai/" + "m".repeat(250) + "\"", "too_long"),
            with("organization", "\"-\"", "reserved"),
            with("organization", "\"Acme Inc.\"", "malformed"),
            with("organization", text(65), "malformed"),
            with("organization", "[\"acme\"]", "wrong_type"),
            with("api_key", "\"sk-live-0123456789abcdef\"", "malformed"),
            with("api_key", "1", "wrong_type"),
            without("timestamp", "missing"),
            with("timestamp", "\"yesterday\"", "malformed"),
            with("timestamp", "\"2026-02-30T00:00:00Z\"", "malformed"),
            with("timestamp", "\"2026-03-01T12:00:00\"", "no_offset"),
            with("timestamp", "\"2999-01-01T00:00:00Z\"", "in_future"),
            with("timestamp", "99999999999999999999999", "in_future"),
            with("timestamp", "\"1999-12-31T23:59:59Z\"", "too_old"),
            // Seconds where milliseconds are meant.
            with("timestamp", "1767225600", "too_old"),
            with("timestamp", "1767225600000.5", "not_an_integer"),
            with("timestamp", "true", "wrong_type"),
            with("latency_ms", "-1", "negative_number"),
            with("latency_ms", "812.5", "not_an_integer"),
            with("latency_ms", "604800001", "number_too_large"),
            with("latency_ms", "\"812\"", "wrong_type"),
            without("tokens_input", "missing"),
            with("tokens_input", "-5", "negative_number"),
            with("tokens_input", "1e3", "not_an_integer"),
            with("tokens_input", "1000000001", "number_too_large"),
            with("tokens_input", "9223372036854775808", "number_too_large"),
            with("tokens_input", "\"12\"", "wrong_type"),
            without("tokens_output", "missing"),
            with("tokens_output", "-5", "negative_number"),
            with("tokens_output", "-9223372036854775809", "negative_number"),
            with("tokens_output", "3.0", "not_an_integer"),
            with("tokens_output", "false", "wrong_type"),
            with("tokens_input_cached", "-1", "negative_number"),
            with("tokens_input_cached", "1001", "more_than_input"),
            with("tokens_cache_write", "0.1", "not_an_integer"),
            with("tokens_cache_write", "1001", "more_than_input"),
            // 600 of the sample are read from the cache, 1,000 is all of its input.
            with("tokens_cache_write", "401", "parts_more_than_input"),
            with("tokens_reasoning", "201", "more_than_output"),
            with("tokens_reasoning", "[]", "wrong_type"),
            with("cost", "\"-0.01\"", "negative_number"),
            with("cost", "0.0000000000001", "too_precise"),
            with("cost", "\"1e-13\"", "too_precise"),
            with("cost", "1e27", "number_too_large"),
            with("cost", "1e9999", "number_too_large"),
            with("cost", "\"1e99999999999\"", "malformed"),
            with("cost", "\"$0.01\"", "malformed"),
            with("cost", "\"NaN\"", "malformed"),
            with("cost", "true", "wrong_type"),
            without("status", "missing"),
            with("status", "\"Failed\"", "unknown_status"),
            with("status", "200", "wrong_type"),
            with("error_type", text(129), "too_long"),
            with("error_type", "42", "wrong_type"),
            with("error_message", text(4097), "too_long"),
            with("routing_rule", "\"rule-7\"", "malformed"),
            with("source", "\"my gateway\"", "malformed"),
            with("source", "0", "wrong_type"),
            with("attributes", "\"team=search\"", "wrong_type"),
            with("attributes", "{\"team\":7}", "attributes.team", "wrong_type"),
            with("attributes", "{\"team\":{\"name\":\"search\"}}", "attributes.team", "wrong_type"),
            with("attributes", "{\"team\":" + text(1025) + "}", "attributes.team", "too_long"),
            with("attributes", "{\"\":\"search\"}", "blank_key"),
            with("attributes", "{" + text(129) + ":\"search\"}", "key_too_long"),
            with("attributes", labels(65), "too_many"),
            with("attributes", "{\"team\":\"a\",\"team\":\"b\"}", "attributes.team", "duplicate_field"),
            with("cots", "\"0.01\"", "unknown_field"),
            new BrokenEvent(good("twice").replace("{", "{\"model\":\"openai/gpt-4o\","), "model", "duplicate_field"),
            new BrokenEvent("null", "event", "null_event"),
            new BrokenEvent("\"event\"", "event", "not_an_object"),
            new BrokenEvent("[{}]", "event", "not_an_object"),
            with("error_message", text(70_000), "event", "too_large"));

    private SampleEvents() {}

    /** With every field, and no rule broken. */
    static String good(String eventId) {
        Map<String, String> fields = fields();
        fields.put("event_id", '"' + eventId + '"');
        return json(fields);
    }

    private static BrokenEvent without(String field, String code) {
        Map<String, String> fields = fields();
        fields.remove(field);
        return new BrokenEvent(json(fields), field, code);
    }

    private static BrokenEvent with(String field, String value, String code) {
        return with(field, value, field, code);
    }

    private static BrokenEvent with(String field, String value, String fieldAtFault, String code) {
        Map<String, String> fields = fields();
        fields.put(field, value);
        return new BrokenEvent(json(fields), fieldAtFault, code);
    }

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("event_id", "\"e-1\"");
        fields.put("model", "\"openai/gpt-4o@2024-08-06\"");
        fields.put("organization", "\"acme\"");
        fields.put("api_key", "\"6F9619FF-8B86-D011-B42D-00C04FC964FF\"");
        fields.put("timestamp", "\"2026-03-01T12:00:00.250999+01:00\"");
        fields.put("latency_ms", "812");
        fields.put("tokens_input", "1000");
        fields.put("tokens_output", "200");
        fields.put("tokens_input_cached", "600");
        fields.put("tokens_cache_write", "400");
        fields.put("tokens_reasoning", "150");
        fields.put("cost", "\"0.012500\"");
        fields.put("status", "\"success\"");
        fields.put("error_type", "\"RateLimitError\"");
        fields.put("error_message", "\"slow \\ud83d\\ude00 down\"");
        fields.put("routing_rule", "\"6f9619ff-8b86-d011-b42d-00c04fc964fe\"");
        fields.put("source", "\"gateway-7\"");
        fields.put("attributes", "{\"team\":\"search\"}");
        return fields;
    }

    private static String json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> '"' + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(int length) {
        return '"' + "a".repeat(length) + '"';
    }

    private static String labels(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":\"v\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
