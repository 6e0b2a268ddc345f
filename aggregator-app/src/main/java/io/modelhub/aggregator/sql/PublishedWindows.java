package io.modelhub.aggregator.sql;

import static java.util.Objects.requireNonNull;

import io.modelhub.schema.UsageWindow;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The columns of windows as their published records give them. */
final class PublishedWindows {

    private static final Map<TopicDefinition, Function<Topics, Topic<?, UsageWindow>>> TOPICS = Map.of(
            Topics.USAGE_1M, Topics::usage1m,
            Topics.USAGE_15M, Topics::usage15m,
            Topics.USAGE_1D, Topics::usage1d,
            Topics.USAGE_1MO, Topics::usage1mo);

    private static final Map<String, Function<UsageWindow, @Nullable Object>> VALUES = Map.ofEntries(
            value("ORGANIZATION", UsageWindow::getOrganization),
            value("MODEL", UsageWindow::getModel),
            value("WINDOWSTART", window -> window.getWindowStart().toEpochMilli()),
            value("WINDOWEND", window -> window.getWindowEnd().toEpochMilli()),
            value("REQUESTS", UsageWindow::getRequests),
            value("ERRORS", UsageWindow::getErrors),
            value("TIMEOUTS", UsageWindow::getTimeouts),
            value("TOKENS_INPUT", UsageWindow::getTokensInput),
            value("TOKENS_OUTPUT", UsageWindow::getTokensOutput),
            value("TOKENS_INPUT_CACHED", UsageWindow::getTokensInputCached),
            value("TOKENS_CACHE_WRITE", UsageWindow::getTokensCacheWrite),
            value("TOKENS_REASONING", UsageWindow::getTokensReasoning),
            value("COST", UsageWindow::getCost),
            value("UNPRICED_REQUESTS", UsageWindow::getUnpricedRequests),
            value("DUPLICATES", UsageWindow::getDuplicates),
            value("LATENCY_COUNT", UsageWindow::getLatencyCount),
            value("LATENCY_SUM_MS", UsageWindow::getLatencySumMs),
            value("LATENCY_MIN_MS", UsageWindow::getLatencyMinMs),
            value("LATENCY_AVG_MS", PublishedWindows::average),
            value("LATENCY_MAX_MS", UsageWindow::getLatencyMaxMs),
            value("LATENCY_P50_MS", UsageWindow::getLatencyP50Ms),
            value("LATENCY_P95_MS", UsageWindow::getLatencyP95Ms),
            value("LATENCY_P99_MS", UsageWindow::getLatencyP99Ms),
            value("LATENCY", window -> null)); // Only aggregates take it, and push queries have none.

    private PublishedWindows() {}

    /**
     * @param topic of windows of organizations
     * @param columns of their table
     */
    static Changes<UsageWindow> in(TopicDefinition topic, List<? extends Column<?>> columns) {
        return new Changes<>(
                requireNonNull(TOPICS.get(topic)),
                columns.stream()
                        .map(column -> requireNonNull(VALUES.get(column.name()), column.name()))
                        .toList(),
                UsageWindow::getIsFinal);
    }

    private static Map.Entry<String, Function<UsageWindow, @Nullable Object>> value(
            String column, Function<UsageWindow, @Nullable Object> value) {
        return Map.entry(column, value);
    }

    private static @Nullable Double average(UsageWindow window) {
        return window.getLatencyCount() == 0 ? null : (double) window.getLatencySumMs() / window.getLatencyCount();
    }
}
