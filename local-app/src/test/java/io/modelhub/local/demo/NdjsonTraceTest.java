package io.modelhub.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NdjsonTraceTest {

    private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void sendsEventsAsTheyAre() throws IOException {
        String event = "{\"event_id\": \"mine\", \"timestamp\": \"2026-03-01T11:00:00+01:00\", \"cost\": 0.10000}";

        assertThat(events(event + "\r\n\n"))
                .containsExactly(new OutgoingEvent(1, Instant.parse("2026-03-01T10:00:00Z"), event));
    }

    @Test
    void givesAnIdentifierToEventsWithoutOneAndChangesNothingElse() throws IOException {
        assertThat(events(
                        "{\"cost\": 0.10000, \"timestamp\": 1772352000000}\n{}\n{\"event_id\": null, \"cost\": 0.10}"))
                .containsExactly(
                        new OutgoingEvent(
                                1,
                                Instant.ofEpochMilli(1_772_352_000_000L),
                                "{\"event_id\":\"run-1\",\"cost\": 0.10000, \"timestamp\": 1772352000000}"),
                        new OutgoingEvent(2, END, "{\"event_id\":\"run-2\"}"),
                        new OutgoingEvent(3, END, "{\"event_id\":\"run-3\",\"cost\":0.1}"));
    }

    @Test
    void leavesWhatIsNoJsonToIngestApp() throws IOException {
        assertThat(events("{\"event_id\": \n")).containsExactly(new OutgoingEvent(1, END, "{\"event_id\":"));
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> events("\n\n"))
                .isInstanceOf(StartFailure.class)
                .hasMessageEndingWith("holds no event.");
    }

    private List<OutgoingEvent> events(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("trace.ndjson"), content);
        try (Stream<OutgoingEvent> events =
                NdjsonTrace.read(file, Long.MAX_VALUE).events(END, Assignments.of(1))) {
            return events.toList();
        }
    }
}
