package io.modelhub.aggregator.window;

import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A length of windows, stated once: size, retention and topic. Windows are half-open, [start, end), by the calls' own
 * time, and begin at whole multiples of their size since 1970-01-01T00:00Z: minutes, quarters of an hour and days in UTC.
 * Days in an organization's own zone come with the calendars.
 */
public enum Grain {
    MINUTE("1m", Duration.ofMinutes(1), Duration.ofDays(7), Topics.USAGE_1M),
    QUARTER_HOUR("15m", Duration.ofMinutes(15), Duration.ofDays(70), Topics.USAGE_15M),
    DAY("1d", Duration.ofDays(1), Duration.ofDays(400), Topics.USAGE_1D);

    private final String label;
    private final Duration size;
    private final Duration retention;
    private final TopicDefinition topic;

    Grain(String label, Duration size, Duration retention, TopicDefinition topic) {
        this.label = label;
        this.size = size;
        this.retention = retention;
        this.topic = topic;
    }

    /** As in topic names and queries: 1m, 15m, 1d. */
    public String label() {
        return label;
    }

    public Duration size() {
        return size;
    }

    /** How long a window can be read after its start. */
    public Duration retention() {
        return retention;
    }

    /** Where its windows are published. */
    public TopicDefinition topic() {
        return topic;
    }

    /** Start of the window that a moment is in; both in epoch milliseconds. */
    public long startOf(long time) {
        return time - Math.floorMod(time, size.toMillis());
    }

    /** Exclusive end of the window with this start; both in epoch milliseconds. */
    public long endOf(long start) {
        return start + size.toMillis();
    }

    public static Optional<Grain> labelled(String label) {
        return Stream.of(values()).filter(grain -> grain.label.equals(label)).findFirst();
    }
}
