package io.modelhub.aggregator.window;

import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A length of windows, which are half-open, [start, end), by the calls' own time. Minutes and quarters of an hour begin at whole
 * multiples of their size since 1970-01-01T00:00Z. Days and months are cut by a calendar: an organization's by its own zone's, those of
 * others by UTC's.
 */
public enum Grain {
    MINUTE("1m", Duration.ofMinutes(1), null, Topics.USAGE_1M),
    QUARTER_HOUR("15m", Duration.ofMinutes(15), null, Topics.USAGE_15M),
    DAY("1d", Duration.ofHours(48), CalendarUnit.DAY, Topics.USAGE_1D),
    MONTH("1mo", Duration.ofDays(32), CalendarUnit.MONTH, Topics.USAGE_1MO);

    private final String label;
    private final Duration longest;
    private final @Nullable CalendarUnit unit;
    private final TopicDefinition topic;

    Grain(String label, Duration longest, @Nullable CalendarUnit unit, TopicDefinition topic) {
        this.label = label;
        this.longest = longest;
        this.unit = unit;
        this.topic = topic;
    }

    /** As in topic names and queries: 1m, 15m, 1d, 1mo. */
    public String label() {
        return label;
    }

    /** All minutes and quarters of an hour are as long; no day or month is longer, whatever the clocks of a zone did. */
    public Duration longest() {
        return longest;
    }

    /** What a calendar cuts; null where the clock does. */
    public @Nullable CalendarUnit unit() {
        return unit;
    }

    /** Where its windows are published. */
    public TopicDefinition topic() {
        return topic;
    }

    /** Of minutes and quarters of an hour: start of the window that a moment is in; both in epoch milliseconds. */
    public long startOf(long time) {
        return time - Math.floorMod(time, longest.toMillis());
    }
}
