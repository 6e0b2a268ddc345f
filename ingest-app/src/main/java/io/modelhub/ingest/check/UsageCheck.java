package io.modelhub.ingest.check;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an event may stand on {@code modelhub.usage}. It asks only what can be told from the event itself: whether
 * its organization, key or model is known, whether it is late or a duplicate, is the aggregator's business, and usage of
 * something unknown is counted all the same.
 *
 * <p>A number is never rounded or clipped to fit: what doesn't fit is the sender's to decide.
 */
public final class UsageCheck {

    static final int EVENT_ID_LENGTH = 128;
    static final int MODEL_LENGTH = 256;
    static final int ERROR_TYPE_LENGTH = 128;
    static final int ERROR_MESSAGE_LENGTH = 4096;

    /** Clocks of senders run ahead by no more: the aggregator accepts until append time + 5 minutes. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** No model was called for money before: an older time is a unit mistaken, mostly seconds sent as milliseconds. */
    static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** No call takes a week. */
    static final long MAX_LATENCY_MS = Duration.ofDays(7).toMillis();

    private static final Pattern ORGANIZATION = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]*/[^\\s\\p{Cntrl}]+");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Stands for "no organization" in keys of windows. */
    private static final String NO_ORGANIZATION = "-";

    /** A shorter value is no secret, and starring it out would hit innocent bytes. */
    private static final int SHORTEST_SECRET = 8;

    private final int maxEventBytes;

    /** @param maxEventBytes what one event may take, as it was sent; must fit a record of the topic with room to spare */
    public UsageCheck(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * @param wayIn stands as the event's source where its sender gave none, for example {@code http}
     * @param now the time at which the event came in
     */
    public CheckedEvent check(SentEvent event, String wayIn, Instant now) {
        byte[] original = event.original();
        if (original.length > maxEventBytes) {
            BrokenRule tooLarge = BrokenRule.ofEvent(
                    "too_large",
                    "the event has %d bytes, at most %d are taken; shorten error_message or attributes"
                            .formatted(original.length, maxEventBytes));
            return new CheckedEvent.Bad(List.of(tooLarge), Arrays.copyOf(original, maxEventBytes), null);
        }
        if (event.brokenForm().stream().anyMatch(BrokenRule::concernsWholeEvent)) {
            return new CheckedEvent.Bad(event.brokenForm(), original, null);
        }
        return checkFields(event, wayIn, now);
    }

    private static CheckedEvent checkFields(SentEvent event, String wayIn, Instant now) {
        EventFields fields = new EventFields(event);
        String eventId = fields.requiredLabel("event_id", EVENT_ID_LENGTH);
        String model = fields.requiredIdentifier(
                "model", MODEL, MODEL_LENGTH, "provider/name or provider/name@version, for example openai/gpt-4o");
        String organization = organization(fields);
        String apiKey = fields.identifier("api_key", UUID, "the key's identifier, a UUID; never the secret itself");
        Instant timestamp = fields.timestamp("timestamp", EARLIEST, now.plus(CLOCK_SKEW));
        Long latencyMs = fields.count("latency_ms", MAX_LATENCY_MS);
        Tokens tokens = Tokens.in(fields);
        BigDecimal cost = fields.money("cost");
        CallStatus status = fields.status("status");
        String errorType = fields.text("error_type", ERROR_TYPE_LENGTH);
        String errorMessage = fields.text("error_message", ERROR_MESSAGE_LENGTH);
        String routingRule = fields.identifier("routing_rule", UUID, "the rule's identifier, a UUID");
        String source = fields.identifier("source", SOURCE, "1 to 64 letters, digits, dots, dashes or underscores");
        Map<String, String> attributes = fields.labels("attributes");
        fields.refuseUnknown();

        if (!fields.brokenRules().isEmpty()
                || eventId == null
                || model == null
                || timestamp == null
                || tokens == null
                || status == null) {
            return new CheckedEvent.Bad(fields.brokenRules(), withoutSecret(event, fields), eventId);
        }
        return new CheckedEvent.Good(ModelMetrics.newBuilder()
                .setEventId(eventId)
                .setModel(model)
                .setOrganization(organization)
                .setApiKey(inLowerCase(apiKey))
                .setTimestamp(timestamp)
                .setLatencyMs(latencyMs)
                .setTokensInput(tokens.input)
                .setTokensOutput(tokens.output)
                .setTokensInputCached(tokens.inputCached)
                .setTokensCacheWrite(tokens.cacheWrite)
                .setTokensReasoning(tokens.reasoning)
                .setCost(cost)
                .setStatus(status)
                .setErrorType(errorType)
                .setErrorMessage(errorMessage)
                .setRoutingRule(inLowerCase(routingRule))
                .setSource(source == null ? wayIn : source)
                .setAttributes(attributes)
                .build());
    }

    private static @Nullable String organization(EventFields fields) {
        if (fields.given("organization") instanceof SentValue.Text sent
                && sent.text().equals(NO_ORGANIZATION)) {
            fields.broken(
                    "organization", "reserved", "the organization \"-\" means none in results; leave the field out");
            return null;
        }
        return fields.identifier(
                "organization",
                ORGANIZATION,
                "the organization's slug: 1 to 64 of a-z, 0-9, dash and underscore, a letter or digit first");
    }

    /** An identifier must be one text however it was written: it is compared as text. */
    private static @Nullable String inLowerCase(@Nullable String uuid) {
        return uuid == null ? null : uuid.toLowerCase(Locale.ROOT);
    }

    /**
     * What was sent as the key's identifier and is none may be the secret itself, which must not stand on a topic: it is
     * starred out of the original.
     */
    private static byte[] withoutSecret(SentEvent event, EventFields fields) {
        boolean suspected =
                fields.brokenRules().stream().anyMatch(rule -> rule.field().equals("api_key"));
        if (!suspected
                || !(event.fields().get("api_key") instanceof SentValue.Text sent)
                || sent.text().length() < SHORTEST_SECRET) {
            return event.original();
        }
        // Latin-1 maps each byte to one character and back.
        String original = new String(event.original(), StandardCharsets.ISO_8859_1);
        String secret = new String(sent.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String starred = original.replace(secret, "*".repeat(secret.length()));
        // Written with escapes it can't be found; then nothing of the event is kept.
        return starred.equals(original) ? new byte[0] : starred.getBytes(StandardCharsets.ISO_8859_1);
    }

    private record Tokens(long input, long output, long inputCached, long cacheWrite, long reasoning) {

        /** No call moves a billion tokens; the bound keeps every sum of a window far from overflow. */
        private static final long MAX = 1_000_000_000L;

        /** Null where a count is broken. */
        static @Nullable Tokens in(EventFields fields) {
            Long input = fields.requiredCount("tokens_input", MAX);
            Long output = fields.requiredCount("tokens_output", MAX);
            Long cached = fields.countOrZero("tokens_input_cached", MAX);
            Long cacheWrite = fields.countOrZero("tokens_cache_write", MAX);
            Long reasoning = fields.countOrZero("tokens_reasoning", MAX);
            if (input != null) {
                refuseCacheBeyond(input, cached, cacheWrite, fields);
            }
            if (output != null && reasoning != null && reasoning > output) {
                fields.broken(
                        "tokens_reasoning",
                        "more_than_output",
                        "tokens_reasoning is part of tokens_output and can't be more; tokens_output includes it");
            }
            return input == null || output == null || cached == null || cacheWrite == null || reasoning == null
                    ? null
                    : new Tokens(input, output, cached, cacheWrite, reasoning);
        }

        private static void refuseCacheBeyond(
                long input, @Nullable Long cached, @Nullable Long cacheWrite, EventFields fields) {
            if (cached != null && cached > input) {
                fields.broken(
                        "tokens_input_cached",
                        "more_than_input",
                        "tokens_input_cached is part of tokens_input and can't be more; tokens_input includes it");
            } else if (cacheWrite != null && cacheWrite > input) {
                fields.broken(
                        "tokens_cache_write",
                        "more_than_input",
                        "tokens_cache_write is part of tokens_input and can't be more; tokens_input includes it");
            } else if (cached != null && cacheWrite != null && cached + cacheWrite > input) {
                fields.broken(
                        "tokens_cache_write",
                        "parts_more_than_input",
                        "tokens_input_cached and tokens_cache_write are separate parts of tokens_input;"
                                + " together they can't be more");
            }
        }
    }
}
