package io.modelhub.usage;

import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A usage event on one line, for people: {@code 2026-11-20T10:15:30.123Z acme openai/gpt-4o 812 ms, 1,200 + 300 tokens,
 * 0.0105 USD, Error RateLimitError}. The generated class writes itself as JSON with everything that its sender put in; here
 * the error's message and the attributes are left out, as they may hold anything.
 *
 * <p>Any producer's event can be shown: texts are cut, and what would break the line or steer a terminal is replaced.
 */
public final class UsageLine {

    private static final int LONGEST_TEXT = 128;

    /** Controls, formats such as those that turn the direction of a text, halves of characters, breaks of lines and paragraphs. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private UsageLine() {}

    public static String of(ModelMetrics usage) {
        return String.format(
                Locale.ROOT,
                "%s %s %s %s, %,d + %,d tokens, %s, %s",
                usage.getTimestamp(),
                usage.getOrganization() == null ? "no organization" : text(usage.getOrganization()),
                text(usage.getModel()),
                latency(usage.getLatencyMs()),
                usage.getTokensInput(),
                usage.getTokensOutput(),
                cost(usage.getCost()),
                usage.getErrorType() == null
                        ? usage.getStatus()
                        : usage.getStatus() + " " + text(usage.getErrorType()));
    }

    private static String latency(@Nullable Long milliseconds) {
        return milliseconds == null ? "no latency" : String.format(Locale.ROOT, "%,d ms", milliseconds);
    }

    /** The catalog's price is no part of the event. */
    private static String cost(@Nullable BigDecimal cost) {
        return cost == null ? "no cost sent" : cost.stripTrailingZeros().toPlainString() + " USD";
    }

    private static String text(String sent) {
        String cut = sent.length() > LONGEST_TEXT ? sent.substring(0, LONGEST_TEXT) + "…" : sent;
        return INVISIBLE.matcher(cut).replaceAll("\uFFFD");
    }
}
