package io.modelhub.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Usage events of the user's own, one JSON object to a line, as {@code POST /v1/usage} takes them. They are sent as they are:
 * their time, organization and model stand. Only an event without an {@code event_id} is given one.
 */
final class NdjsonTrace implements Traffic {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Path file;
    private final long limit;
    private final long events;

    private NdjsonTrace(Path file, long limit, long events) {
        this.file = file;
        this.limit = limit;
        this.events = events;
    }

    /** @throws StartFailure the file can't be read or is empty */
    static NdjsonTrace read(Path file, long limit) {
        try (Stream<String> lines = lines(file)) {
            long events = lines.limit(limit).count();
            if (events == 0) {
                throw new StartFailure("The trace %s holds no event.".formatted(file));
            }
            return new NdjsonTrace(file, limit, events);
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailure("The trace %s can't be read: %s.".formatted(file, e.getMessage()), e);
        }
    }

    private static Stream<String> lines(Path file) throws IOException {
        return Files.lines(file, StandardCharsets.UTF_8).filter(line -> !line.isBlank());
    }

    @Override
    public String description() {
        return "%,d events of %s, as they are".formatted(events, file.getFileName());
    }

    @Override
    public void remark(Consumer<String> say) {
        // ingest-app says what is wrong with an event.
    }

    @Override
    public Stream<OutgoingEvent> events(Instant end, CallAssignment assignment) {
        long[] place = {0};
        try {
            return lines(file).limit(limit).map(line -> event(++place[0], line, end, assignment.runId()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutgoingEvent event(long place, String line, Instant end, String runId) {
        try {
            JsonNode event = JSON.readTree(line);
            if (event instanceof ObjectNode fields && !fields.hasNonNull("event_id")) {
                // The rest of the line stays as it was written: a number must not change on the way.
                String id = JSON.writeValueAsString("%s-%d".formatted(runId, place));
                String rest = fields.remove("event_id") == null
                        ? line.strip().substring(1)
                        : fields.toString().substring(1);
                String separator = fields.isEmpty() ? "" : ",";
                return new OutgoingEvent(place, time(event, end), "{\"event_id\":" + id + separator + rest);
            }
            return new OutgoingEvent(place, time(event, end), line.strip());
        } catch (JsonProcessingException e) {
            return new OutgoingEvent(place, end, line.strip()); // ingest-app answers what is wrong with it.
        }
    }

    /** For the pace alone. */
    private static Instant time(JsonNode event, Instant otherwise) {
        JsonNode timestamp = event.path("timestamp");
        try {
            return timestamp.isTextual()
                    ? OffsetDateTime.parse(timestamp.asText()).toInstant()
                    : timestamp.isIntegralNumber() ? Instant.ofEpochMilli(timestamp.asLong()) : otherwise;
        } catch (DateTimeException e) {
            return otherwise;
        }
    }
}
