package io.modelhub.catalog.routing;

import io.modelhub.catalog.performance.Performance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a model was passed over. */
enum ModelReason {
    EXCLUDED("the request excludes it"),
    MODEL_UNKNOWN("the catalog has no such model"),
    MODEL_INACTIVE("the model is inactive"),
    OTHER_MODEL_TYPE("the model is of another type than the rule"),
    PROVIDER_INACTIVE("its provider is inactive"),
    NO_KEY("there is no API key for its provider"),
    KEYS_SWITCHED_OFF("every API key for its provider is switched off"),
    KEYS_OVER_QUOTA("every API key for its provider that is switched on has reached a quota"),
    ERROR_RATE_TOO_HIGH("too many of its calls fail"),
    LATENCY_TOO_HIGH("it is too slow"),
    LOST_THE_DRAW("it can be routed to, and stands among the alternatives");

    private final String code = name().toLowerCase(Locale.ROOT);
    private final String sentence;

    ModelReason(String sentence) {
        this.sentence = sentence;
    }

    /** @param measured what the reason was found by, where it is about performance */
    PassedModel of(Rule rule, Choice choice, Performance measured) {
        return new PassedModel(choice.id(), code, message(rule, measured));
    }

    private String message(Rule rule, Performance measured) {
        return switch (this) {
            case ERROR_RATE_TOO_HIGH ->
                String.format(
                        Locale.ROOT,
                        "%s: %.2f %% of its last %d calls failed, and the rule allows %.2f %%",
                        sentence,
                        percent(measured.errorRate()),
                        measured.requests(),
                        percent(rule.maxErrorRate()));
            case LATENCY_TOO_HIGH ->
                String.format(
                        Locale.ROOT,
                        "%s: the 95th percentile of its last %d calls is %.0f ms, and the rule allows %d ms",
                        sentence,
                        measured.requests(),
                        measured.latencyP95Ms(),
                        rule.maxLatencyP95Ms());
            default -> sentence;
        };
    }

    private static double percent(@Nullable Double share) {
        return share == null ? 0 : 100 * share;
    }
}
