package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.query.Bucket;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.schema.UsageWindow;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A table of windows: one row for a subject, a model and a window with calls. */
final class UsageTable extends StoreTable<UsageTable.Window> {

    private static final String ORGANIZATION = "ORGANIZATION";
    private static final String MODEL = "MODEL";
    private static final String START = "WINDOWSTART";
    private static final String END = "WINDOWEND";

    /** Windows further in the future or past are not asked for; keeps arithmetic from overflowing. */
    private static final long FIRST = 0;

    private static final long LAST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    /** No window is longer. */
    private static final Duration LONGEST = Duration.ofDays(32);

    /** @param end exclusive; both in epoch milliseconds */
    record Window(String subject, String model, long start, long end, CallSum sum) {}

    private record Found(String subject, String model, long start, long end) {}

    private final String subject;
    private final Series stored;

    /** The lengths of windows that are cut by UTC's clock; those of days and months for the rest. */
    private final Bucket bucket;

    private final TopicDefinition published;

    private UsageTable(
            String name, String subject, Series stored, Bucket bucket, TopicDefinition topic, String comment) {
        super(name, comment, topic.name(), true, columns(subject));
        this.subject = subject;
        this.stored = stored;
        this.bucket = bucket;
        this.published = topic;
    }

    /** All of them: which stored windows each is made of is said here alone. */
    static List<UsageTable> all() {
        return List.of(
                new UsageTable(
                        "USAGE_1M",
                        ORGANIZATION,
                        Series.ORGANIZATION_MINUTES,
                        Bucket.MINUTE,
                        Topics.USAGE_1M,
                        "Minutes of organizations, by model"),
                new UsageTable(
                        "USAGE_15M",
                        ORGANIZATION,
                        Series.ORGANIZATION_QUARTERS,
                        Bucket.QUARTER_HOUR,
                        Topics.USAGE_15M,
                        "Quarters of an hour of organizations, by model"),
                new UsageTable(
                        "USAGE_1H",
                        ORGANIZATION,
                        Series.ORGANIZATION_QUARTERS,
                        Bucket.HOUR,
                        Topics.USAGE_15M,
                        "Hours (UTC) of organizations, by model; folded from USAGE_15M"),
                new UsageTable(
                        "USAGE_1D",
                        ORGANIZATION,
                        Series.ORGANIZATION_DAYS,
                        Bucket.DAY,
                        Topics.USAGE_1D,
                        "Days of organizations, each in its own zone, by model"),
                new UsageTable(
                        "USAGE_1MO",
                        ORGANIZATION,
                        Series.ORGANIZATION_MONTHS,
                        Bucket.MONTH,
                        Topics.USAGE_1MO,
                        "Months of organizations, each in its own zone, by model"),
                new UsageTable(
                        "KEY_USAGE_1D",
                        "API_KEY",
                        Series.KEY_DAYS,
                        Bucket.DAY,
                        Topics.KEY_USAGE_1D,
                        "Days (UTC) of API keys, by model"),
                new UsageTable(
                        "RULE_USAGE_1D",
                        "ROUTING_RULE",
                        Series.RULE_DAYS,
                        Bucket.DAY,
                        Topics.RULE_USAGE_1D,
                        "Days (UTC) of routing rules, by model"));
    }

    @Override
    void read(Narrowing narrowing, Run run, Consumer<Window> rows) {
        WindowsRead read = question(narrowing);
        Set<String> models = narrowing.texts(MODEL).orElse(Set.of());
        Map<Found, CallSum> found = new LinkedHashMap<>();
        run.readAsOf(Run.found(run.sources().windows(read, run.tolerance(), (name, model, start, end, sum) -> {
            run.countWindow();
            if (models.isEmpty() || models.contains(model)) {
                Found window = isFolded()
                        ? new Found(name, model, startOf(start), bucketEnd(startOf(start)))
                        : new Found(name, model, start, end);
                found.merge(window, sum, UsageTable::both);
            }
        })));
        found.forEach(
                (window, sum) -> rows.accept(new Window(window.subject, window.model, window.start, window.end, sum)));
    }

    private static CallSum both(CallSum one, CallSum other) {
        CallSum both = new CallSum();
        both.add(one);
        both.add(other);
        return both;
    }

    @Override
    String explain(Narrowing narrowing) {
        WindowsRead read = question(narrowing);
        WindowsRead.Range range = read.ranges().get(0);
        return "%s of %s, windows that start from %s to before %s"
                .formatted(
                        stored,
                        read.subjects().isEmpty()
                                ? "every " + subject + " (all partitions)"
                                : subject + " " + new TreeSet<>(read.subjects()) + " (their partitions)",
                        Instant.ofEpochMilli(range.from()),
                        Instant.ofEpochMilli(range.to()));
    }

    /** Hours are folded when they are asked for, and a day of a key is one record for all its models. */
    @Override
    Optional<Changes<UsageWindow>> changes() {
        return isFolded() || !subject.equals(ORGANIZATION)
                ? Optional.empty()
                : Optional.of(PublishedWindows.in(published, columns()));
    }

    private WindowsRead question(Narrowing narrowing) {
        long from = Math.max(narrowing.from(START), Math.max(FIRST, narrowing.from(END)) - LONGEST.toMillis());
        long to = Math.min(narrowing.to(START), narrowing.to(END));
        long first = Math.min(Math.max(from, FIRST), LAST);
        long last = Math.min(Math.max(to, FIRST + 1), LAST);
        return new WindowsRead(
                narrowing.texts(subject).orElse(Set.of()),
                List.of(
                        isFolded()
                                ? new WindowsRead.Range(stored, startOf(first), bucketEnd(startOf(last - 1)))
                                : new WindowsRead.Range(stored, first, last)));
    }

    private boolean isFolded() {
        return bucket == Bucket.HOUR;
    }

    private long startOf(long time) {
        return bucket.startOf(Instant.ofEpochMilli(time), ZoneOffset.UTC).toEpochMilli();
    }

    private long bucketEnd(long start) {
        return bucket.endOf(Instant.ofEpochMilli(start), ZoneOffset.UTC).toEpochMilli();
    }

    private static List<Column<Window>> columns(String subject) {
        return List.of(
                Column.key(subject, ColumnType.STRING, subjectComment(subject), Window::subject),
                Column.key(MODEL, ColumnType.STRING, "Identifier of the model", Window::model),
                Column.key(START, ColumnType.BIGINT, "Start of the window, epoch milliseconds", Window::start),
                Column.key(END, ColumnType.BIGINT, "End of the window, exclusive, epoch milliseconds", Window::end),
                count(
                        "REQUESTS",
                        "Calls, failed ones included",
                        sum -> sum.usage().requests()),
                count("ERRORS", "Calls that failed", sum -> sum.usage().errors()),
                count("TIMEOUTS", "Calls that timed out", sum -> sum.usage().timeouts()),
                count("TOKENS_INPUT", "Tokens in", sum -> sum.usage().tokensInput()),
                count("TOKENS_OUTPUT", "Tokens out", sum -> sum.usage().tokensOutput()),
                count(
                        "TOKENS_INPUT_CACHED",
                        "Of them read from a cache",
                        sum -> sum.usage().tokensInputCached()),
                count(
                        "TOKENS_CACHE_WRITE",
                        "Of them written to a cache",
                        sum -> sum.usage().tokensCacheWrite()),
                count(
                        "TOKENS_REASONING",
                        "Of the tokens out, those of reasoning",
                        sum -> sum.usage().tokensReasoning()),
                Column.of(
                        "COST",
                        ColumnType.AMOUNT,
                        "US dollars, exact",
                        row -> row.sum().usage().cost()),
                count(
                        "UNPRICED_REQUESTS",
                        "Calls that are not in the cost",
                        sum -> sum.usage().unpricedRequests()),
                count(
                        "DUPLICATES",
                        "Repeats of counted calls, which count nothing else",
                        sum -> sum.usage().duplicates()),
                count(
                        "LATENCY_COUNT",
                        "Calls with a measured latency",
                        sum -> sum.latency().count()),
                count(
                        "LATENCY_SUM_MS",
                        "Sum of their latencies",
                        sum -> sum.latency().sumMs()),
                Column.nullable(
                        "LATENCY_MIN_MS",
                        ColumnType.BIGINT,
                        "Shortest",
                        row -> row.sum().latency().minMs()),
                Column.nullable(
                        "LATENCY_AVG_MS",
                        ColumnType.DOUBLE,
                        "Average",
                        row -> average(row.sum().latency())),
                Column.nullable(
                        "LATENCY_MAX_MS",
                        ColumnType.BIGINT,
                        "Longest",
                        row -> row.sum().latency().maxMs()),
                quantile("LATENCY_P50_MS", 0.50),
                quantile("LATENCY_P95_MS", 0.95),
                quantile("LATENCY_P99_MS", 0.99),
                Column.of(
                        "LATENCY",
                        ColumnType.SKETCH,
                        "All latencies as a sketch, for APPROX_PERCENTILE(LATENCY, p) alone",
                        row -> row.sum().latency()));
    }

    private static String subjectComment(String subject) {
        return switch (subject) {
            case ORGANIZATION -> "Slug of the organization, '-' for none";
            case "API_KEY" -> "UUID of the API key";
            default -> "UUID of the routing rule";
        };
    }

    private interface Count {
        long of(CallSum sum);
    }

    private static Column<Window> count(String name, String comment, Count count) {
        return Column.of(name, ColumnType.BIGINT, comment, row -> count.of(row.sum()));
    }

    private static Column<Window> quantile(String name, double quantile) {
        return Column.nullable(
                name,
                ColumnType.DOUBLE,
                "Percentile of the window, within 1 % of the true value",
                row -> orNull(row.sum().latency().quantileMs(quantile)));
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static @Nullable Double average(LatencySum latency) {
        return latency.count() == 0 ? null : (double) latency.sumMs() / latency.count();
    }
}
