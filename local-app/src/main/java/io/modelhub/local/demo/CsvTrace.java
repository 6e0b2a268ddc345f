package io.modelhub.local.demo;

import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trace in the format of the Azure LLM inference traces: {@code TIMESTAMP,ContextTokens,GeneratedTokens}, the time in UTC
 * with up to 9 digits of a second's fraction and mostly without a zone. It is moved in time so that its last call is made now.
 *
 * <p>A row that can't be read is counted and named, and the others are sent. The file is read twice, once to learn where it
 * ends, and never held in memory.
 */
final class CsvTrace implements Traffic {

    static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

    private static final int NAMED_ROWS = 5;

    /** How far back in time the platform takes an event, by default. */
    private static final Duration HORIZON = Duration.ofHours(24);

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .toFormatter();

    private final Path file;
    private final long calls;
    private final Instant first;
    private final Instant last;
    private final List<String> badRows;
    private final long badRowCount;

    private CsvTrace(Path file, long calls, Instant first, Instant last, List<String> badRows, long badRowCount) {
        this.file = file;
        this.calls = calls;
        this.first = first;
        this.last = last;
        this.badRows = badRows;
        this.badRowCount = badRowCount;
    }

    /** What a row says: a call, or why it is none. */
    private sealed interface Row {

        record Call(TraceCall call) implements Row {}

        record Bad(long line, String reason) implements Row {}
    }

    /**
     * Looks through a file.
     *
     * @param limit at most so many calls of it are sent
     * @throws StartFailure it can't be read or holds no call
     */
    static CsvTrace read(Path file, long limit) {
        Survey survey = new Survey();
        try (Stream<Row> rows = rows(file)) {
            rows.takeWhile(row -> survey.calls < limit).forEach(survey::add);
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailure("The trace %s can't be read: %s.".formatted(file, e.getMessage()), e);
        }
        if (survey.first == null || survey.last == null) {
            throw new StartFailure("The trace %s holds no call; its rows are %s.".formatted(file, HEADER));
        }
        return new CsvTrace(file, survey.calls, survey.first, survey.last, survey.badRows, survey.badRowCount);
    }

    private static final class Survey {

        private long calls;
        private @Nullable Instant first;
        private @Nullable Instant last;
        private final List<String> badRows = new ArrayList<>();
        private long badRowCount;

        void add(Row row) {
            if (row instanceof Row.Call good) {
                Instant time = good.call().time();
                calls++;
                first = first == null || time.isBefore(first) ? time : first;
                last = last == null || time.isAfter(last) ? time : last;
            } else if (row instanceof Row.Bad bad) {
                badRowCount++;
                if (badRows.size() < NAMED_ROWS) {
                    badRows.add("line %d: %s".formatted(bad.line(), bad.reason()));
                }
            }
        }
    }

    /** Every row but the header and empty lines. Bytes that are no UTF-8 make their own row bad, not the file. */
    private static Stream<Row> rows(Path file) throws IOException {
        long[] line = {0};
        return Files.lines(file, StandardCharsets.ISO_8859_1)
                .map(text -> new NumberedLine(++line[0], text.strip()))
                .filter(row -> !row.text().isEmpty())
                .filter(row -> !(row.number() == 1 && row.text().equalsIgnoreCase(HEADER)))
                .map(CsvTrace::row);
    }

    private record NumberedLine(long number, String text) {}

    private static Row row(NumberedLine line) {
        String[] cells = line.text().split(",", -1);
        if (cells.length != 3) {
            return new Row.Bad(line.number(), "%d cells instead of 3".formatted(cells.length));
        }
        try {
            return new Row.Call(new TraceCall(line.number(), time(cells[0]), tokens(cells[1]), tokens(cells[2])));
        } catch (DateTimeException e) {
            return new Row.Bad(line.number(), "\"%s\" is no time".formatted(shortened(cells[0])));
        } catch (NumberFormatException e) {
            return new Row.Bad(
                    line.number(), "\"%s,%s\" are no token counts".formatted(shortened(cells[1]), shortened(cells[2])));
        }
    }

    private static Instant time(String cell) {
        TemporalAccessor time = TIME.parseBest(cell.strip(), OffsetDateTime::from, LocalDateTime::from);
        return time instanceof OffsetDateTime zoned
                ? zoned.toInstant()
                : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
    }

    private static long tokens(String cell) {
        long tokens = Long.parseLong(cell.strip());
        if (tokens < 0) {
            throw new NumberFormatException("negative");
        }
        return tokens;
    }

    private static String shortened(String cell) {
        return cell.length() <= 40 ? cell : cell.substring(0, 40) + "…";
    }

    @Override
    public String description() {
        return "%,d calls of %s, moved in time so that the last one is made now".formatted(calls, file.getFileName());
    }

    @Override
    public void remark(Consumer<String> say) {
        if (badRowCount > 0) {
            say.accept("%,d rows of %s can't be used and are left out:".formatted(badRowCount, file.getFileName()));
            badRows.forEach(row -> say.accept("  " + row));
            if (badRowCount > badRows.size()) {
                say.accept("  and %,d more".formatted(badRowCount - badRows.size()));
            }
        }
        if (Duration.between(first, last).compareTo(HORIZON) > 0) {
            say.accept("the trace spans more than 24 h: its earlier calls are too late to be counted");
        }
    }

    @Override
    public Stream<OutgoingEvent> events(Instant end, CallAssignment assignment) {
        Duration shift = Duration.between(last, end);
        try {
            return rows(file)
                    .filter(Row.Call.class::isInstance)
                    .map(row -> ((Row.Call) row).call())
                    .limit(calls)
                    .map(call -> assignment.assign(new TraceCall(
                            call.place(), call.time().plus(shift), call.tokensInput(), call.tokensOutput())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
