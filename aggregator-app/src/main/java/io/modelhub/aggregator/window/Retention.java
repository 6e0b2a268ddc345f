package io.modelhub.aggregator.window;

import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long windows of each length are kept after their start, in the stores and, after their last change, on the topics.
 *
 * @param days those of API keys and routing rules too
 */
public record Retention(Duration minutes, Duration quarterHours, Duration days, Duration months) {

    public Duration of(Grain grain) {
        return switch (grain) {
            case MINUTE -> minutes;
            case QUARTER_HOUR -> quarterHours;
            case DAY -> days;
            case MONTH -> months;
        };
    }

    /** Of the windows that are kept longest. */
    public Duration longest() {
        return Stream.of(Grain.values()).map(this::of).max(Duration::compareTo).orElseThrow();
    }

    /** The topics that windows and days are published on, kept as long. */
    public List<TopicDefinition> topics() {
        return Stream.concat(
                        Stream.of(Grain.values()).map(grain -> grain.topic().keptFor(of(grain))),
                        Stream.of(Topics.KEY_USAGE_1D, Topics.RULE_USAGE_1D).map(topic -> topic.keptFor(days)))
                .toList();
    }
}
