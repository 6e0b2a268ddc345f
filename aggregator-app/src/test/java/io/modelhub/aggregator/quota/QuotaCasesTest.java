package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.calendar.Zones;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rows of {@code quota-cases.txt}. After each step the state is stored and read back: a restart changes nothing. */
class QuotaCasesTest {

    private static final Path CASES = Path.of("src/test/resources/quota-cases.txt");
    private static final Pattern LINE = Pattern.compile(
            "(?<time>\\S+) (?<step>.*?)(?: -> (?<events>.*?))?(?: => day (?<day>\\S+) month (?<month>\\S+))?");
    private static final List<Integer> THRESHOLDS = List.of(50, 80, 95);

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<List<String>> cases = new ArrayList<>();
        for (String line : Files.readAllLines(CASES)) {
            if (line.startsWith("case ")) {
                cases.add(new ArrayList<>());
            }
            if (!line.isBlank() && !line.startsWith("#")) {
                cases.get(cases.size() - 1).add(line);
            }
        }
        assertThat(cases).hasSizeGreaterThan(40);
        return cases.stream()
                .map(lines ->
                        DynamicTest.dynamicTest(lines.get(0), () -> new Key().follow(lines.subList(1, lines.size()))));
    }

    /** A key, as a case moves it. */
    private static final class Key {

        private QuotaLimits limits = QuotaLimits.UNKNOWN;
        private ZoneId zone = Zones.UTC;
        private @Nullable QuotaState state;

        void follow(List<String> lines) {
            for (String line : lines) {
                Matcher row = LINE.matcher(line);
                assertThat(row.matches()).as("a line of the table: %s", line).isTrue();
                QuotaState.Step step = step(time(row.group("time")), row.group("step"));
                assertThat(told(step))
                        .as(line)
                        .isEqualTo(
                                row.group("events") == null
                                        ? List.of()
                                        : List.of(row.group("events").split("; ")));
                state = Restart.readBack(step.state());
                assertThat(state).as("stored and read back").isEqualTo(step.state());
                if (row.group("day") != null) {
                    assertThat(state.day().spent()).as(line).isEqualByComparingTo(row.group("day"));
                    assertThat(state.month().spent()).as(line).isEqualByComparingTo(row.group("month"));
                }
            }
        }

        private QuotaState.Step step(Instant now, String text) {
            List<String> words = List.of(text.split(" "));
            switch (words.get(0)) {
                case "limits" -> limits = new QuotaLimits(true, "acme", amount(words.get(1)), amount(words.get(2)));
                case "delete" -> limits = QuotaLimits.UNKNOWN;
                case "zone" -> zone = ZoneId.of(words.get(1));
                default -> {}
            }
            QuotaState before = state == null ? QuotaState.begin(now, zone) : state;
            QuotaState.Step looked = before.at(now, zone, limits, THRESHOLDS);
            Instant of = timeAfter(words, "of", now);
            return switch (words.get(0)) {
                case "spend" ->
                    looked.then(current -> current.plus(
                            new KeySpend(of, of, timeAfter(words, "appended", now), amount(words.get(1))), THRESHOLDS));
                case "correct" -> looked.then(current -> current.correctedBy(of, amount(words.get(1)), THRESHOLDS));
                case "heard" -> new QuotaState.Step(before, looked.state().readable(now), looked.changes());
                case "limits", "delete", "zone", "look" -> looked;
                default -> throw new IllegalArgumentException(text);
            };
        }
    }

    private static List<String> told(QuotaState.Step step) {
        return IntStream.range(0, step.changes().size())
                .mapToObj(index -> told(step.changes().get(index), step.disabledAfter(index)))
                .toList();
    }

    private static String told(QuotaChange change, boolean disabled) {
        if (change instanceof QuotaChange.ThresholdReached threshold) {
            return "%s %d%%".formatted(change.cause(), threshold.percent());
        }
        String which = change.cause() + "#" + change.period().changes();
        if (change instanceof QuotaChange.Enabled enabled) {
            return "%s on %s over %s%s"
                    .formatted(
                            which,
                            text(enabled.reason()),
                            enabled.overshoot().stripTrailingZeros().toPlainString(),
                            disabled ? " still off" : "");
        }
        return "%s off %s".formatted(which, text(((QuotaChange.Disabled) change).reason()));
    }

    private static String text(QuotaChange.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static Instant timeAfter(List<String> words, String word, Instant otherwise) {
        int at = words.indexOf(word);
        return at < 0 ? otherwise : time(words.get(at + 1));
    }

    private static Instant time(String text) {
        return OffsetDateTime.parse(text.startsWith("20") ? text : "2026-" + text)
                .toInstant();
    }

    /** Null for "-". */
    private static @Nullable BigDecimal amount(String text) {
        return text.equals("-") ? null : new BigDecimal(text).setScale(12);
    }
}
