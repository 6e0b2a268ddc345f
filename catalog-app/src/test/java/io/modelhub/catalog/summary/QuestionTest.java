package io.modelhub.catalog.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.summary.Subject.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");
    private static final Subject ACME = subject(Kind.ORGANIZATION, "Asia/Kolkata");
    private static final Subject KEY = subject(Kind.API_KEY, "UTC");

    @Test
    void asksForTodayInTheSubjectsZone() {
        Question question = asked(ACME, null, null, null, null);
        assertThat(question.zone()).isEqualTo(ZoneId.of("Asia/Kolkata"));
        // It is 01:30 on the 24th there.
        assertThat(question.from()).isEqualTo(Instant.parse("2026-11-23T18:30:00Z"));
        assertThat(question.to()).isEqualTo(Instant.parse("2026-11-24T18:30:00Z"));
        assertThat(question.groupBy()).isEmpty();
        assertThat(question.window()).isEqualTo("15m");
        assertThat(asked(KEY, null, null, null, null).window()).isEqualTo("1d");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // Dates are days of the zone; the end is exclusive.
                "2026-11-01, 2026-12-01, -, 2026-10-31T18:30:00Z, 2026-11-30T18:30:00Z",
                "2026-11-01, 2026-12-01, UTC, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
                // A day of 25 hours.
                "2026-10-25, 2026-10-26, Europe/Berlin, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
                "2026-11-20, -, UTC, 2026-11-20T00:00:00Z, 2026-11-24T00:00:00Z",
                "-, 2026-11-20, UTC, 2026-11-19T00:00:00Z, 2026-11-20T00:00:00Z",
                "2026-11-20T10:15:00+01:00, 2026-11-20T10:30:00Z, UTC, 2026-11-20T09:15:00Z, 2026-11-20T10:30:00Z"
            })
    void readsDatesAndTimes(String from, String to, String zone, Instant start, Instant end) {
        Question question = asked(ACME, from, to, zone, null);
        assertThat(question.from()).isEqualTo(start);
        assertThat(question.to()).isEqualTo(end);
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThat(problems(ACME, "yesterday", "9999-01-01", "+05:30", "hour,day"))
                .extracting(FieldProblem::field, FieldProblem::code)
                .containsExactly(
                        tuple("zone", "unknown_value"),
                        tuple("to", "out_of_range"),
                        tuple("from", "malformed"),
                        tuple("group_by", "conflict"));
        assertThat(problems(ACME, "2026-11-20", "2026-11-20", null, "colour"))
                .extracting(FieldProblem::field, FieldProblem::code)
                .containsExactly(tuple("from", "out_of_range"), tuple("group_by", "unknown_value"));
        assertThat(problems(ACME, null, null, null, "model,model")).hasSize(1);
        assertThat(problems(ACME, null, null, null, "organization"))
                .as("an organization has one organization")
                .hasSize(1);
        assertThat(problems(ACME, "2026-01-01", null, null, "hour"))
                .extracting(FieldProblem::code)
                .containsExactly("too_many");
    }

    @Test
    void refusesParametersThatItDoesNotKnow() {
        assertThat(Question.read(ACME, Map.of("form", "2026-11-20"), NOW).problems())
                .extracting(FieldProblem::field, FieldProblem::code)
                .containsExactly(tuple("form", "unknown_parameter"));
    }

    @Test
    void ofKeysAndRulesThereAreUtcDaysAlone() {
        assertThat(problems(KEY, null, null, "Asia/Kolkata", "hour"))
                .extracting(FieldProblem::field, FieldProblem::code)
                .containsExactly(tuple("zone", "unsupported"), tuple("group_by", "unknown_value"));
        assertThat(problems(KEY, null, null, "Etc/UTC", "day,model")).isEmpty();
        assertThat(asked(KEY, null, null, null, "month,model").window()).isEqualTo("1mo");
    }

    @ParameterizedTest
    @CsvSource({
        // Whole days, across the end of summer time; whole months; any other time.
        "2026-10-25, 2026-10-26, 2026-10-24",
        "2026-10-20, 2026-10-27, 2026-10-13",
        "2026-03-01, 2026-04-01, 2026-02-01",
        "2026-03-01, 2026-06-01, 2025-12-01"
    })
    void theTimeBeforeIsAsManyDaysOrMonths(String from, String to, String before) {
        Question question = asked(ACME, from, to, "Europe/Berlin", null);
        assertThat(question.before()).isEqualTo(asked(ACME, before, from, "Europe/Berlin", null));
    }

    @Test
    void theTimeBeforePartsOfDaysIsAsLong() {
        Question question = asked(ACME, "2026-11-20T10:15:00Z", "2026-11-20T11:30:00Z", null, null);
        assertThat(question.before().from()).isEqualTo(question.from().minus(Duration.ofMinutes(75)));
        assertThat(question.before().to()).isEqualTo(question.from());
    }

    @Test
    void aSeriesHasFewPoints() {
        assertThat(asked(ACME, "2026-11-20", "2026-11-22", null, null).seriesStep())
                .isEqualTo(GroupBy.HOUR);
        assertThat(asked(ACME, "2026-11-20", "2026-11-23", null, null).seriesStep())
                .isEqualTo(GroupBy.DAY);
        assertThat(asked(ACME, "2026-01-01", "2026-11-23", null, null).seriesStep())
                .isEqualTo(GroupBy.MONTH);
        assertThat(asked(KEY, "2026-11-20", "2026-11-21", null, null).seriesStep())
                .isEqualTo(GroupBy.DAY);
    }

    private static Question asked(Subject subject, String from, String to, String zone, String groupBy) {
        Question.Reading reading = Question.read(subject, parameters(from, to, zone, groupBy), NOW);
        assertThat(reading.problems()).isEmpty();
        return reading.question();
    }

    private static List<FieldProblem> problems(Subject subject, String from, String to, String zone, String groupBy) {
        return Question.read(subject, parameters(from, to, zone, groupBy), NOW).problems();
    }

    private static Subject subject(Kind kind, String zone) {
        return new Subject(kind, "acme", "Acme", "acme", ZoneId.of(zone));
    }

    private static Map<String, String> parameters(String from, String to, String zone, String groupBy) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("from", from);
        parameters.put("to", to);
        parameters.put("zone", zone);
        parameters.put("group_by", groupBy);
        parameters.values().removeIf(Objects::isNull);
        return parameters;
    }
}
