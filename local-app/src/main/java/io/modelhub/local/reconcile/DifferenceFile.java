package io.modelhub.local.reconcile;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One JSON object: every difference, written as it is found, then the figures. Its names are fixed, programs read it.
 */
public final class DifferenceFile implements AutoCloseable {

    private final Path file;
    private final JsonGenerator json;
    private boolean finished;

    private DifferenceFile(Path file, JsonGenerator json) {
        this.file = file;
        this.json = json;
    }

    /** @throws StartFailure the file can't be written */
    public static DifferenceFile create(Path file) {
        try {
            JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeArrayFieldStart("found_differences");
            return new DifferenceFile(file, json);
        } catch (IOException e) {
            throw new StartFailure("The results can't be written to %s.".formatted(file), e);
        }
    }

    public void write(Difference difference) {
        try {
            json.writeStartObject();
            json.writeStringField("topic", difference.topic());
            json.writeStringField("key", difference.key());
            json.writeStringField("field", difference.field());
            json.writeStringField("expected", difference.expected());
            json.writeStringField("found", difference.found());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a difference can't be written", e);
        }
    }

    /** The last thing to be written. */
    public void finish(Reconciled reconciled) {
        try {
            json.writeEndArray();
            json.writeNumberField("events", reconciled.events());
            json.writeNumberField("accepted", reconciled.accepted());
            json.writeNumberField("duplicates", reconciled.duplicates());
            json.writeNumberField("rejected", reconciled.rejected());
            json.writeNumberField("windows_compared", reconciled.windowsCompared());
            json.writeNumberField("keys_compared", reconciled.keysCompared());
            json.writeNumberField("keys_replayed", reconciled.keysReplayed());
            json.writeNumberField("quota_events_expected", reconciled.quotaEventsExpected());
            json.writeNumberField("quota_events_found", reconciled.quotaEventsFound());
            json.writeNumberField("differences", reconciled.differences());
            json.writeObjectFieldStart("as_of");
            for (var end : reconciled.asOf().entrySet().stream()
                    .collect(Collectors.toMap(
                            end -> end.getKey().partition(), end -> end.getValue(), (one, other) -> one, TreeMap::new))
                    .entrySet()) {
                json.writeNumberField(String.valueOf(end.getKey()), end.getValue());
            }
            json.writeEndObject();
            json.writeNumberField(
                    "seconds", BigDecimal.valueOf(reconciled.seconds()).setScale(3, RoundingMode.HALF_EVEN));
            json.writeEndObject();
            finished = true;
        } catch (IOException e) {
            throw new UncheckedIOException("the figures can't be written", e);
        }
    }

    /** Leaves no file behind that has no figures. */
    @Override
    public void close() {
        try {
            json.close();
            if (!finished) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file can't be written", e);
        }
    }
}
