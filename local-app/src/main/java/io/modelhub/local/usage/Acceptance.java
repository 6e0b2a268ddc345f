package io.modelhub.local.usage;

import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a usage record counts: a function of its value and its append time alone.
 *
 * @param horizon how far before its append time an event may be
 */
public record Acceptance(Duration horizon) {

    /** How far the clocks of senders may be ahead. */
    public static final Duration AHEAD = Duration.ofMinutes(5);

    private static final int MAX_TEXT = 256;
    private static final long MAX_TOKENS = 1_000_000_000;
    private static final long MAX_LATENCY_MS = Duration.ofDays(7).toMillis();
    private static final BigDecimal MAX_COST = BigDecimal.valueOf(1_000_000);

    /**
     * The code of the first rule that a record breaks; empty where it counts.
     *
     * @param usage null where the record's bytes can't be read
     */
    public Optional<String> objection(@Nullable ModelMetrics usage, Instant appendTime) {
        if (usage == null) {
            return Optional.of("undecodable");
        }
        if (usage.getEventId().isEmpty() || usage.getModel().isEmpty()) {
            return Optional.of("missing");
        }
        return badText(usage)
                .or(() -> isInRange(usage) ? Optional.empty() : Optional.of("out_of_range"))
                .or(() -> badTime(usage.getTimestamp(), appendTime));
    }

    private static Optional<String> badText(ModelMetrics usage) {
        for (Optional<String> text : List.of(
                Optional.of(usage.getEventId()),
                Optional.of(usage.getModel()),
                Optional.ofNullable(usage.getOrganization()),
                Optional.ofNullable(usage.getApiKey()),
                Optional.ofNullable(usage.getRoutingRule()))) {
            if (text.isPresent() && text.get().length() > MAX_TEXT) {
                return Optional.of("too_long");
            }
            if (text.isPresent() && text.get().chars().anyMatch(Character::isISOControl)) {
                return Optional.of("malformed");
            }
        }
        return Optional.empty();
    }

    /** Cached and cache-write tokens are parts of the input, which they can't exceed together; reasoning is one of the output. */
    private static boolean isInRange(ModelMetrics usage) {
        Long latency = usage.getLatencyMs();
        BigDecimal cost = usage.getCost();
        return isBetween0And(MAX_TOKENS, usage.getTokensInput())
                && isBetween0And(MAX_TOKENS, usage.getTokensOutput())
                && isBetween0And(usage.getTokensInput(), usage.getTokensInputCached())
                && isBetween0And(usage.getTokensInput() - usage.getTokensInputCached(), usage.getTokensCacheWrite())
                && isBetween0And(usage.getTokensOutput(), usage.getTokensReasoning())
                && (latency == null || isBetween0And(MAX_LATENCY_MS, latency))
                && (cost == null || (cost.signum() >= 0 && cost.compareTo(MAX_COST) <= 0));
    }

    private static boolean isBetween0And(long most, long value) {
        return value >= 0 && value <= most;
    }

    private Optional<String> badTime(Instant timestamp, Instant appendTime) {
        if (timestamp.isBefore(appendTime.minus(horizon))) {
            return Optional.of("late");
        }
        return timestamp.isAfter(appendTime.plus(AHEAD)) ? Optional.of("from_the_future") : Optional.empty();
    }
}
