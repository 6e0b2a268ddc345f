package io.modelhub.aggregator.source;

import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a readable usage event must keep to be counted, whoever produced it: the limits under which every sum stays exact.
 * Senders over HTTP are told more, and earlier, by ingest-app.
 */
final class UsageRules {

    /** A hundred times the largest context window on offer; 9 billion such calls fit into a window's sum. */
    static final long MAX_TOKENS = 1_000_000_000L;

    /** Seven days: longer than any batch interface takes. */
    static final long MAX_LATENCY_MS = 7L * 24 * 60 * 60 * 1000;

    /** US dollars for one call. Nine times as much still fits into a 64-bit count of 10^-12 dollars. */
    static final BigDecimal MAX_COST = BigDecimal.valueOf(1_000_000);

    /** Characters of an identifier. */
    static final int MAX_TEXT = 256;

    private UsageRules() {}

    /** The first rule that the event breaks. */
    static Optional<Rejection> broken(ModelMetrics usage) {
        if (usage.getEventId().isEmpty()) {
            return broken("event_id", "missing", "event_id is empty");
        }
        if (usage.getModel().isEmpty()) {
            return broken("model", "missing", "model is empty");
        }
        Optional<Rejection> identifiers = badText("event_id", usage.getEventId())
                .or(() -> badText("model", usage.getModel()))
                .or(() -> badText("organization", usage.getOrganization()))
                .or(() -> badText("api_key", usage.getApiKey()))
                .or(() -> badText("routing_rule", usage.getRoutingRule()));
        if (identifiers.isPresent()) {
            return identifiers;
        }
        return outOfRange("tokens_input", usage.getTokensInput(), MAX_TOKENS)
                .or(() -> outOfRange("tokens_output", usage.getTokensOutput(), MAX_TOKENS))
                .or(() -> outOfRange("tokens_input_cached", usage.getTokensInputCached(), usage.getTokensInput()))
                .or(() -> outOfRange(
                        "tokens_cache_write",
                        usage.getTokensCacheWrite(),
                        usage.getTokensInput() - usage.getTokensInputCached()))
                .or(() -> outOfRange("tokens_reasoning", usage.getTokensReasoning(), usage.getTokensOutput()))
                .or(() -> usage.getLatencyMs() == null
                        ? Optional.empty()
                        : outOfRange("latency_ms", usage.getLatencyMs(), MAX_LATENCY_MS))
                .or(() -> badCost(usage.getCost()));
    }

    private static Optional<Rejection> badCost(@Nullable BigDecimal cost) {
        if (cost != null && (cost.signum() < 0 || cost.compareTo(MAX_COST) > 0)) {
            return broken(
                    "cost", "out_of_range", "cost %s is not between 0 and %s US dollars".formatted(cost, MAX_COST));
        }
        return Optional.empty();
    }

    private static Optional<Rejection> outOfRange(String field, long value, long max) {
        return value >= 0 && value <= max
                ? Optional.empty()
                : broken(field, "out_of_range", "%s %d is not between 0 and %d".formatted(field, value, max));
    }

    /** State keys are made of these identifiers, separated by a NUL. */
    private static Optional<Rejection> badText(String field, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        if (text.length() > MAX_TEXT) {
            return broken(
                    field, "too_long", "%s has %d characters, more than %d".formatted(field, text.length(), MAX_TEXT));
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return broken(field, "malformed", "%s contains a control character".formatted(field));
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejection> broken(String field, String code, String message) {
        return Optional.of(new Rejection(code, field, message));
    }
}
