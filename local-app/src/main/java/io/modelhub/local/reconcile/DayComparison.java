package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Buckets;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * The days in UTC that the counted calls of some subjects make, API keys or routing rules, against those on the subjects' topic.
 *
 * @param <T> a day's record
 */
final class DayComparison<T extends SpecificRecord> {

    /** What the days are of. */
    interface Subjects {

        /** Name of the topic that their days stand on. */
        String topic();

        boolean isCompared(String subject);

        /** What a record says of its subject beside the figures. */
        ExpectedRecord described(String subject, ExpectedRecord figures);
    }

    private final Subjects subjects;
    private final Span compared;
    private final Buckets<ModelMetrics> counted;
    private final Buckets<UsageCorrection> corrections;
    private final Buckets<T> found;

    DayComparison(Subjects subjects, Class<T> type, Span compared, Path folder, int buckets) {
        String name = type.getSimpleName();
        this.subjects = subjects;
        this.compared = compared;
        this.counted = new Buckets<>(ModelMetrics.class, folder, "counted-" + name, buckets);
        this.corrections = new Buckets<>(UsageCorrection.class, folder, "corrections-" + name, buckets);
        this.found = new Buckets<>(type, folder, "found-" + name, buckets);
    }

    /** @param call with the cost that it counts with */
    void count(String subject, Placed<ModelMetrics> call) {
        counted.add(subject, call.withKey(subject));
    }

    void correct(String subject, Placed<UsageCorrection> correction) {
        corrections.add(subject, correction.withKey(subject));
    }

    void found(String subject, Instant start, Placed<T> record) {
        found.add(subject, record.withKey(key(subject, start)));
    }

    private static String key(String subject, Instant start) {
        return subject + " " + start;
    }

    void compare(Consumer<Difference> differences) {
        counted.close();
        corrections.close();
        found.close();
        for (int bucket = 0; bucket < counted.count(); bucket++) {
            compare(expected(bucket), found.latest(bucket), differences);
        }
    }

    private Map<String, Day> expected(int bucket) {
        Map<String, Day> days = new TreeMap<>();
        counted.read(bucket, call -> {
            Span span = dayOf(call.required().getTimestamp());
            days.computeIfAbsent(key(call.key(), span.start()), key -> new Day(call.key(), span, new ModelSums()))
                    .sums
                    .add(call.required());
        });
        Set<String> applied = new HashSet<>();
        corrections.read(bucket, record -> {
            UsageCorrection correction = record.required();
            Span span = dayOf(correction.getRangeStart());
            Day day = days.get(key(record.key(), span.start()));
            if (day != null && span.holds(KeySpend.correctedSpan(correction)) && applied.add(correction.getId())) {
                day.sums.add(correction);
            }
        });
        return days;
    }

    private static Span dayOf(Instant time) {
        return Grain.DAY.containing(time, ZoneOffset.UTC);
    }

    private void compare(Map<String, Day> expected, Map<String, T> found, Consumer<Difference> differences) {
        expected.forEach((key, day) -> {
            T there = found.remove(key);
            if (!subjects.isCompared(day.subject) || !compared.holds(day.span)) {
                return;
            }
            if (there == null) {
                differences.accept(Difference.missing(
                        subjects.topic(), key, day.sums.total().toString()));
            } else {
                subjects.described(day.subject, day.sums.inDay(day.span))
                        .compare(subjects.topic(), key, there, differences);
            }
        });
        new TreeMap<>(found).forEach((key, day) -> {
            String subject = key.substring(0, key.lastIndexOf(' '));
            Instant start = Instant.parse(key.substring(key.lastIndexOf(' ') + 1));
            if (subjects.isCompared(subject) && compared.holds(dayOf(start))) {
                differences.accept(Difference.extra(subjects.topic(), key, "a day"));
            }
        });
    }

    private record Day(String subject, Span span, ModelSums sums) {}
}
