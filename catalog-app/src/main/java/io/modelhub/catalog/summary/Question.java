package io.modelhub.catalog.summary;

import io.modelhub.catalog.check.FieldProblem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a subject.
 *
 * @param zone whose clock and calendar cut hours, days and months
 * @param from inclusive
 * @param to exclusive
 * @param groupBy at most one of them is a time; empty: a single row
 */
record Question(Subject subject, ZoneId zone, Instant from, Instant to, List<GroupBy> groupBy) {

    /** A chart of more points shows no more. */
    private static final int MOST_STRETCHES = 1_000;

    private static final List<String> PARAMETERS = List.of("from", "to", "zone", "group_by");
    private static final String KNOWN_PARAMETERS = "there are " + String.join(", ", PARAMETERS);

    private static final Instant LAST_TIME = Instant.parse("9998-01-01T00:00:00Z");

    /** A question, or everything that is wrong with it. */
    record Reading(Question question, List<FieldProblem> problems) {}

    /**
     * Without {@code from} and {@code to}: today in the zone.
     *
     * @param parameters of the request, by name
     */
    static Reading read(Subject subject, Map<String, String> parameters, Instant now) {
        List<FieldProblem> problems = new ArrayList<>();
        parameters.keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .sorted()
                .forEach(name -> problems.add(new FieldProblem(name, "unknown_parameter", KNOWN_PARAMETERS)));
        ZoneId zone = zone(subject, parameters.get("zone"), problems);
        Instant to = time("to", parameters.get("to"), zone, problems);
        Instant end = to == null ? startOfDay(now, zone, 1) : to;
        Instant from = time("from", parameters.get("from"), zone, problems);
        Instant start = from == null ? startOfDay(end.minusMillis(1), zone, 0) : from;
        if (problems.isEmpty() && !start.isBefore(end)) {
            problems.add(new FieldProblem("from", "out_of_range", "must be before to"));
        }
        List<GroupBy> groupBy = groupBy(subject.kind(), parameters.get("group_by"), problems);
        if (problems.isEmpty()) {
            checkLength(Duration.between(start, end), groupBy, problems);
        }
        return new Reading(new Question(subject, zone, start, end, groupBy), problems);
    }

    private static ZoneId zone(Subject subject, @Nullable String id, List<FieldProblem> problems) {
        if (id == null) {
            return subject.zone();
        }
        // Offsets such as +02:00 are no IANA names and know no daylight saving.
        if (!ZoneId.getAvailableZoneIds().contains(id)) {
            problems.add(new FieldProblem("zone", "unknown_value", "must be an IANA time zone such as Europe/Paris"));
            return subject.zone();
        }
        ZoneId zone = ZoneId.of(id);
        if (subject.kind().byUtcDays() && !zone.getRules().equals(Subject.UTC.getRules())) {
            problems.add(new FieldProblem(
                    "zone", "unsupported", "must be UTC: the figures of keys and rules are kept by UTC days"));
        }
        return zone;
    }

    private static @Nullable Instant time(
            String field, @Nullable String text, ZoneId zone, List<FieldProblem> problems) {
        if (text == null) {
            return null;
        }
        try {
            Instant time = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(LAST_TIME)) {
                return time;
            }
            problems.add(new FieldProblem(field, "out_of_range", "must be after 1970-01-01 and before 9998"));
        } catch (DateTimeException e) {
            problems.add(new FieldProblem(
                    field,
                    "malformed",
                    "must be a date, or an ISO-8601 time with a zone: 2026-11-23 or 2026-11-23T10:00:00Z"));
        }
        return null;
    }

    private static List<GroupBy> groupBy(Subject.Kind kind, @Nullable String text, List<FieldProblem> problems) {
        List<GroupBy> groups = new ArrayList<>();
        if (text == null || text.isEmpty()) {
            return groups;
        }
        List<GroupBy> allowed = Stream.concat(
                        Stream.of(GroupBy.HOUR, GroupBy.DAY, GroupBy.MONTH)
                                .filter(time -> time != GroupBy.HOUR || !kind.byUtcDays()),
                        kind.parts().stream())
                .toList();
        for (String word : text.split(",", -1)) {
            List<GroupBy> meant =
                    allowed.stream().filter(group -> group.word().equals(word)).toList();
            if (meant.isEmpty() || groups.containsAll(meant)) {
                problems.add(new FieldProblem(
                        "group_by",
                        "unknown_value",
                        allowed.stream()
                                .map(GroupBy::word)
                                .collect(Collectors.joining(", ", "must be some of ", ", each once, with commas"))));
                return groups;
            }
            groups.addAll(meant);
        }
        if (groups.stream().filter(GroupBy::isTime).count() > 1) {
            problems.add(new FieldProblem("group_by", "conflict", "must have at most one of hour, day, month"));
        }
        return groups;
    }

    private static void checkLength(Duration length, List<GroupBy> groupBy, List<FieldProblem> problems) {
        for (GroupBy group : groupBy) {
            Duration size = group.size();
            if (size != null && length.dividedBy(size) > MOST_STRETCHES) {
                problems.add(new FieldProblem(
                        "group_by",
                        "too_many",
                        "makes more than %d rows of time: ask for longer ones or less time".formatted(MOST_STRETCHES)));
            }
        }
    }

    private static Instant startOfDay(Instant time, ZoneId zone, int daysLater) {
        return time.atZone(zone)
                .toLocalDate()
                .plusDays(daysLater)
                .atStartOfDay(zone)
                .toInstant();
    }

    /** The same question about other time. */
    Question of(Instant otherFrom, Instant otherTo) {
        return new Question(subject, zone, otherFrom, otherTo, groupBy);
    }

    Question by(GroupBy... groups) {
        return new Question(subject, zone, from, to, List.of(groups));
    }

    /** As long a time right before: as many months or days where it is made of whole ones. */
    Question before() {
        ZonedDateTime start = from.atZone(zone);
        ZonedDateTime end = to.atZone(zone);
        if (!isMidnight(start) || !isMidnight(end)) {
            return of(from.minus(Duration.between(from, to)), from);
        }
        LocalDate first = start.toLocalDate();
        Period length = first.getDayOfMonth() == 1 && end.getDayOfMonth() == 1
                ? Period.between(first, end.toLocalDate())
                : Period.ofDays((int) (end.toLocalDate().toEpochDay() - first.toEpochDay()));
        return of(first.minus(length).atStartOfDay(zone).toInstant(), from);
    }

    private static boolean isMidnight(ZonedDateTime time) {
        return time.toLocalDate().atStartOfDay(time.getZone()).equals(time);
    }

    /** Hours, days or months: whichever make a short series. */
    GroupBy seriesStep() {
        Duration length = Duration.between(from, to);
        if (length.compareTo(Duration.ofDays(2)) <= 0 && !subject.kind().byUtcDays()) {
            return GroupBy.HOUR;
        }
        return length.compareTo(Duration.ofDays(92)) <= 0 ? GroupBy.DAY : GroupBy.MONTH;
    }

    /** The aggregator's name of the stretches that its time is made of. */
    String window() {
        for (GroupBy group : groupBy) {
            String window = group.window();
            if (window != null) {
                return window;
            }
        }
        return subject.kind().byUtcDays() ? "1d" : "15m";
    }
}
