package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.QuotaCause;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import org.apache.kafka.common.config.TopicConfig;

/** A length of windows. Minutes and quarters of an hour are UTC's, days and months those of a zone's calendar. */
public enum Grain {
    MINUTE(Topics.USAGE_1M) {
        @Override
        Span containing(Instant time, ZoneId zone) {
            return multiple(time, Duration.ofMinutes(1));
        }
    },
    QUARTER_HOUR(Topics.USAGE_15M) {
        @Override
        Span containing(Instant time, ZoneId zone) {
            return multiple(time, Duration.ofMinutes(15));
        }
    },
    DAY(Topics.USAGE_1D) {
        @Override
        Span containing(Instant time, ZoneId zone) {
            return calendar(time.atZone(zone).toLocalDate(), Period.ofDays(1), zone);
        }
    },
    MONTH(Topics.USAGE_1MO) {
        @Override
        Span containing(Instant time, ZoneId zone) {
            return calendar(time.atZone(zone).toLocalDate().withDayOfMonth(1), Period.ofMonths(1), zone);
        }
    };

    private final TopicDefinition topic;

    Grain(TopicDefinition topic) {
        this.topic = topic;
    }

    static Grain of(QuotaCause cause) {
        return cause == QuotaCause.DAY ? DAY : MONTH;
    }

    /** Name of the topic that its windows stand on. */
    String topic() {
        return topic.name();
    }

    /** How long a window stands there. */
    Duration retention() {
        return Duration.ofMillis(Long.parseLong(topic.config().getOrDefault(TopicConfig.RETENTION_MS_CONFIG, "0")));
    }

    /** The window that a moment is in. */
    abstract Span containing(Instant time, ZoneId zone);

    private static Span multiple(Instant time, Duration size) {
        long start = Math.floorDiv(time.toEpochMilli(), size.toMillis()) * size.toMillis();
        return new Span(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + size.toMillis()));
    }

    /** From the first moment of a date to that of the next; where a zone skipped the next one, to the one after. */
    private static Span calendar(LocalDate first, Period length, ZoneId zone) {
        return new Span(
                first.atStartOfDay(zone).toInstant(),
                first.plus(length).atStartOfDay(zone).toInstant());
    }
}
