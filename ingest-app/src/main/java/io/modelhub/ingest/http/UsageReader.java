package io.modelhub.ingest.http;

import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.check.SentEvent;
import io.modelhub.ingest.check.SentValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the events of a JSON or NDJSON body, token by token; numbers keep their digits. Broken JSON spoils the whole body,
 * but on its own line of NDJSON only that one event.
 */
final class UsageReader {

    /** An event needs two levels, in an array three. */
    private static final int MAX_DEPTH = 32;

    /** {@code attributes} is the deepest that a field goes. */
    private static final int EVENT_DEPTH = 2;

    private static final String TOO_DEEP = "arrays and objects are nested deeper than %d levels".formatted(MAX_DEPTH);

    private static final String NOT_JSON = "this is not valid JSON in UTF-8; it breaks";

    /** Repeated field names that are told of one event. */
    private static final int MAX_DUPLICATES = 10;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    // The body is bounded already. Long texts and numbers are a rule's matter, of the one event that has them.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final int maxEvents;

    UsageReader(int maxEvents) {
        this.maxEvents = maxEvents;
    }

    UsageBody read(ReceivedBody.Whole body) {
        byte[] bytes = withoutByteOrderMark(body.bytes());
        return body.form() == ReceivedBody.Form.LINES ? lines(bytes) : json(bytes);
    }

    private UsageBody json(byte[] body) {
        List<SentEvent> events = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (events.size() == maxEvents) {
                        return tooManyEvents();
                    }
                    events.add(event(parser, body));
                }
            } else if (first != null) {
                events.add(event(parser, body));
            }
            if (parser.nextToken() != null) {
                return new Refusal(
                        HttpStatus.BAD_REQUEST,
                        "malformed_json",
                        "the body goes on after its first JSON value; send several events as an array,"
                                + " or one on each line with Content-Type application/x-ndjson");
            }
        } catch (StreamConstraintsException e) {
            return new Refusal(HttpStatus.BAD_REQUEST, "nested_too_deep", TOO_DEEP + atLine(e.getLocation()));
        } catch (JacksonException e) {
            return new Refusal(HttpStatus.BAD_REQUEST, "malformed_json", NOT_JSON + atLine(e.getLocation()));
        }
        return events.isEmpty() ? empty() : new UsageBody.Events(events);
    }

    private UsageBody lines(byte[] body) {
        List<SentEvent> events = new ArrayList<>();
        int start = 0;
        while (start < body.length) {
            int end = start;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (!isBlank(body, start, end)) {
                if (events.size() == maxEvents) {
                    return tooManyEvents();
                }
                events.add(line(Arrays.copyOfRange(body, start, end)));
            }
            start = end + 1;
        }
        return events.isEmpty() ? empty() : new UsageBody.Events(events);
    }

    private static SentEvent line(byte[] line) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            parser.nextToken();
            SentEvent event = event(parser, line);
            return parser.nextToken() == null
                    ? event
                    : SentEvent.unreadable(
                            line, BrokenRule.ofEvent("malformed_json", "the line goes on after its first JSON value"));
        } catch (StreamConstraintsException e) {
            return SentEvent.unreadable(
                    line, BrokenRule.ofEvent("nested_too_deep", TOO_DEEP + atColumn(e.getLocation())));
        } catch (JacksonException e) {
            return SentEvent.unreadable(
                    line, BrokenRule.ofEvent("malformed_json", NOT_JSON + atColumn(e.getLocation())));
        }
    }

    /** Reads the value that begins at the parser's token, to its end. */
    private static SentEvent event(JsonParser parser, byte[] body) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            List<BrokenRule> brokenForm = new ArrayList<>();
            Map<String, SentValue> fields = entries(parser, "", 1, brokenForm);
            return new SentEvent(fields, original(parser, body, start), brokenForm);
        }
        value(parser, "", EVENT_DEPTH, new ArrayList<>());
        return SentEvent.unreadable(
                original(parser, body, start),
                token == JsonToken.VALUE_NULL
                        ? BrokenRule.ofEvent("null_event", "null stands in the place of an event")
                        : BrokenRule.ofEvent("not_an_object", "an event is a JSON object"));
    }

    private static byte[] original(JsonParser parser, byte[] body, int start) {
        return Arrays.copyOfRange(body, start, (int) parser.currentLocation().getByteOffset());
    }

    private static Map<String, SentValue> entries(
            JsonParser parser, String path, int depth, List<BrokenRule> brokenForm) {
        Map<String, SentValue> entries = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            SentValue value = value(parser, name, depth, brokenForm);
            if (entries.put(name, value) != null && brokenForm.size() < MAX_DUPLICATES) {
                brokenForm.add(BrokenRule.duplicateField(path + name));
            }
        }
        return entries;
    }

    private static SentValue value(JsonParser parser, String name, int depth, List<BrokenRule> brokenForm) {
        switch (parser.currentToken()) {
            case VALUE_STRING:
                return new SentValue.Text(parser.getString());
            case VALUE_NUMBER_INT:
                return new SentValue.Digits(parser.getString(), true);
            case VALUE_NUMBER_FLOAT:
                return new SentValue.Digits(parser.getString(), false);
            case VALUE_TRUE:
                return new SentValue.Flag(true);
            case VALUE_FALSE:
                return new SentValue.Flag(false);
            case VALUE_NULL:
                return SentValue.Absent.ABSENT;
            case START_OBJECT:
                if (depth < EVENT_DEPTH) {
                    return new SentValue.Entries(entries(parser, name + ".", depth + 1, brokenForm));
                }
                parser.skipChildren();
                return SentValue.Nested.NESTED;
            default:
                parser.skipChildren();
                return SentValue.Nested.NESTED;
        }
    }

    private static byte[] withoutByteOrderMark(byte[] body) {
        int length = BYTE_ORDER_MARK.length;
        boolean marked = body.length >= length && Arrays.equals(body, 0, length, BYTE_ORDER_MARK, 0, length);
        return marked ? Arrays.copyOfRange(body, length, body.length) : body;
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private Refusal tooManyEvents() {
        return new Refusal(
                HttpStatus.CONTENT_TOO_LARGE,
                "too_many_events",
                "a request may have %d events; send them in several".formatted(maxEvents));
    }

    private static Refusal empty() {
        return new Refusal(HttpStatus.BAD_REQUEST, "no_events", "the body holds no event");
    }

    private static String atLine(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static String atColumn(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " at column %d of its line".formatted(location.getColumnNr());
    }
}
