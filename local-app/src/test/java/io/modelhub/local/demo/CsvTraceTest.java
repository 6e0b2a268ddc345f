package io.modelhub.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTraceTest {

    private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void readsTheAzureFormatAndMovesItToEndNow() throws IOException {
        // Seven digits of a second, CRLF, no zone, no line end at the end of the file: as the published traces are.
        CsvTrace trace = trace(
                "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                        + "2023-11-16 18:17:03.9799600,4808,10\r\n"
                        + "2023-11-16 18:17:04.0319600,3180,8\r\n"
                        + "2023-11-16 18:17:05.9799600,110,27",
                Long.MAX_VALUE);

        assertThat(events(trace))
                .extracting(OutgoingEvent::place, OutgoingEvent::time)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(2L, END.minusSeconds(2)),
                        org.assertj.core.groups.Tuple.tuple(3L, END.minusMillis(1_948)),
                        org.assertj.core.groups.Tuple.tuple(4L, END));
        assertThat(events(trace).get(0).json()).contains("\"tokens_input\":4808", "\"tokens_output\":10");
        assertThat(remarks(trace)).isEmpty();
    }

    @Test
    void readsTimesWithAZoneAndWithoutAFraction() throws IOException {
        CsvTrace trace = trace(
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                        + "2024-05-10 00:00:00.009930+00:00,1,1\n"
                        + "2024-05-10 02:00:01+02:00,1,1\n"
                        + "2024-05-10 00:00:02,1,1\n",
                Long.MAX_VALUE);

        assertThat(events(trace))
                .extracting(OutgoingEvent::time)
                .containsExactly(END.minusNanos(1_990_070_000), END.minusSeconds(1), END);
    }

    @Test
    void leavesBadRowsOutAndNamesThemByTheirLine() throws IOException {
        CsvTrace trace = trace(
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                        + "yesterday,1,1\n"
                        + "2023-11-16 18:17:03.9,5,x\n"
                        + "2023-11-16 18:17:03.9,-5,1\n"
                        + "\n"
                        + "2023-11-16 18:17:03.9,5\n"
                        + "2023-11-16 18:17:03.9,5,1\n",
                Long.MAX_VALUE);

        assertThat(events(trace)).extracting(OutgoingEvent::place).containsExactly(7L);
        assertThat(remarks(trace))
                .containsExactly(
                        "4 rows of trace.csv can't be used and are left out:",
                        "  line 2: \"yesterday\" is no time",
                        "  line 3: \"5,x\" are no token counts",
                        "  line 4: \"-5,1\" are no token counts",
                        "  line 6: 2 cells instead of 3");
    }

    @Test
    void stopsAtTheLimitAndEndsThere() throws IOException {
        CsvTrace trace = trace(
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                        + "2023-11-16 18:00:00,1,1\n2023-11-16 18:00:01,1,1\n2023-11-16 18:00:09,1,1\n",
                2);

        assertThat(events(trace)).extracting(OutgoingEvent::time).containsExactly(END.minusSeconds(1), END);
    }

    @Test
    void saysWhenATraceIsLongerThanThePlatformLooksBack() throws IOException {
        CsvTrace trace = trace("2023-11-16 18:00:00,1,1\n2023-11-18 18:00:00,1,1\n", Long.MAX_VALUE);

        assertThat(remarks(trace))
                .containsExactly("the trace spans more than 24 h: its earlier calls are too late to be counted");
    }

    @Test
    void refusesAFileWithoutCalls() {
        assertThatThrownBy(() -> trace("<html>\n", Long.MAX_VALUE))
                .isInstanceOf(StartFailure.class)
                .hasMessageEndingWith("holds no call; its rows are TIMESTAMP,ContextTokens,GeneratedTokens.");
    }

    private CsvTrace trace(String content, long limit) throws IOException {
        return CsvTrace.read(Files.writeString(folder.resolve("trace.csv"), content, StandardCharsets.US_ASCII), limit);
    }

    private static List<OutgoingEvent> events(CsvTrace trace) {
        try (Stream<OutgoingEvent> events = trace.events(END, Assignments.of(1))) {
            return events.toList();
        }
    }

    private static List<String> remarks(CsvTrace trace) {
        List<String> remarks = new ArrayList<>();
        trace.remark(remarks::add);
        return remarks;
    }
}
