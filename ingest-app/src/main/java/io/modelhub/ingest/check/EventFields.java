package io.modelhub.ingest.check;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one event by their meaning and collects every rule that is broken on the way. A reading method answers
 * null where the field was not given or breaks a rule; {@link #brokenRules()} tells which.
 */
final class EventFields {

    static final int MAX_ATTRIBUTES = 64;
    static final int ATTRIBUTE_KEY_LENGTH = 128;
    static final int ATTRIBUTE_VALUE_LENGTH = 1024;

    /** The answer stays readable, and small, for an event that is wrong everywhere. */
    static final int MAX_BROKEN_RULES = 20;

    /** As the Avro type has it: {@code decimal(38,12)}. */
    static final int COST_SCALE = 12;

    /** No call costs a million dollars; the aggregator counts no more for one, and every sum stays far from overflow. */
    static final BigDecimal MAX_COST = new BigDecimal("1000000");

    private static final Set<String> KNOWN = ModelMetrics.getClassSchema().getFields().stream()
            .map(Schema.Field::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,60}(\\.[0-9]{1,60})?([eE][+-]?[0-9]{1,4})?");

    /** Digits of the largest long, a sign aside. */
    private static final int LONGEST_LONG = 19;

    /** How much of a sender's own words an answer repeats. */
    private static final int ECHO_LENGTH = 64;

    private final SentEvent event;
    private final List<BrokenRule> brokenRules;

    EventFields(SentEvent event) {
        this.event = event;
        this.brokenRules = new ArrayList<>(event.brokenForm());
    }

    List<BrokenRule> brokenRules() {
        return brokenRules;
    }

    void broken(String field, String code, String message) {
        if (brokenRules.size() < MAX_BROKEN_RULES) {
            brokenRules.add(new BrokenRule(field, code, message));
        }
    }

    /** The field's value, null where there is none. */
    @Nullable
    SentValue given(String field) {
        SentValue value = event.fields().get(field);
        return value == SentValue.Absent.ABSENT ? null : value;
    }

    /** A text of a person or a program, of any well-formed characters. */
    @Nullable
    String text(String field, int maxLength) {
        SentValue value = given(field);
        return value == null ? null : text(field, value, maxLength);
    }

    /** A text that names something: not blank, no control characters. */
    @Nullable
    String requiredLabel(String field, int maxLength) {
        SentValue value = required(field);
        String text = value == null ? null : text(field, value, maxLength);
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            broken(field, "blank", field + " must not be blank");
            return null;
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            broken(field, "control_character", field + " must not contain control characters");
            return null;
        }
        return text;
    }

    @Nullable
    String requiredIdentifier(String field, Pattern form, int maxLength, String formInWords) {
        SentValue value = required(field);
        return value == null ? null : identifier(field, value, form, maxLength, formInWords);
    }

    /** An empty text counts as not given. */
    @Nullable
    String identifier(String field, Pattern form, String formInWords) {
        SentValue value = given(field);
        if (value == null
                || (value instanceof SentValue.Text sent && sent.text().isEmpty())) {
            return null;
        }
        return identifier(field, value, form, Integer.MAX_VALUE, formInWords);
    }

    private @Nullable String identifier(
            String field, SentValue value, Pattern form, int maxLength, String formInWords) {
        String text = text(field, value, maxLength);
        if (text == null) {
            return null;
        }
        if (!form.matcher(text).matches()) {
            broken(field, "malformed", field + " must be " + formInWords);
            return null;
        }
        return text;
    }

    private @Nullable String text(String field, SentValue value, int maxLength) {
        if (!(value instanceof SentValue.Text sent)) {
            wrongType(field, "a text", value);
            return null;
        }
        String text = sent.text();
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            broken(field, "too_long", "%s must have at most %d characters".formatted(field, maxLength));
            return null;
        }
        if (hasLoneSurrogate(text)) {
            // It has no UTF-8 form: two different texts would become one on the topic.
            broken(field, "malformed_text", field + " contains half of a surrogate pair, which is no character");
            return null;
        }
        return text;
    }

    @Nullable
    Long requiredCount(String field, long max) {
        SentValue value = required(field);
        return value == null ? null : count(field, value, max);
    }

    /** Zero where it was not given. */
    @Nullable
    Long countOrZero(String field, long max) {
        SentValue value = given(field);
        return value == null ? Long.valueOf(0) : count(field, value, max);
    }

    /** An integer from 0 to a bound. */
    @Nullable
    Long count(String field, long max) {
        SentValue value = given(field);
        return value == null ? null : count(field, value, max);
    }

    private @Nullable Long count(String field, SentValue value, long max) {
        if (!(value instanceof SentValue.Digits number)) {
            wrongType(field, "an integer", value);
            return null;
        }
        if (!number.isInteger()) {
            broken(field, "not_an_integer", field + " must be an integer, without a fraction or an exponent");
            return null;
        }
        boolean negative = number.digits().startsWith("-");
        long count = number.digits().length() - (negative ? 1 : 0) < LONGEST_LONG
                ? Long.parseLong(number.digits())
                : (negative ? Long.MIN_VALUE : Long.MAX_VALUE);
        if (count < 0) {
            broken(field, "negative_number", field + " must not be negative");
            return null;
        }
        if (count > max) {
            broken(field, "number_too_large", "%s must be at most %d".formatted(field, max));
            return null;
        }
        return count;
    }

    /** US dollars, exact: a text or a number in decimal notation, of at most {@value #COST_SCALE} decimal places. */
    @Nullable
    BigDecimal money(String field) {
        SentValue value = given(field);
        if (value == null) {
            return null;
        }
        String digits;
        if (value instanceof SentValue.Text sent) {
            digits = sent.text();
        } else if (value instanceof SentValue.Digits sent) {
            digits = sent.digits();
        } else {
            wrongType(field, "a decimal number, best as a text", value);
            return null;
        }
        if (!DECIMAL.matcher(digits).matches()) {
            broken(field, "malformed", field + " must be a decimal number of US dollars, for example \"0.00125\"");
            return null;
        }
        BigDecimal amount = new BigDecimal(digits).stripTrailingZeros();
        if (amount.signum() < 0) {
            broken(field, "negative_number", field + " must not be negative");
            return null;
        }
        if (amount.compareTo(MAX_COST) > 0) {
            broken(field, "number_too_large", "%s must be at most %s US dollars".formatted(field, MAX_COST));
            return null;
        }
        if (amount.scale() > COST_SCALE) {
            broken(
                    field,
                    "too_precise",
                    "%s has more than %d decimal places; round it as your books do, it is not rounded here"
                            .formatted(field, COST_SCALE));
            return null;
        }
        return amount.setScale(COST_SCALE);
    }

    /**
     * ISO-8601 with an offset, or milliseconds since 1970-01-01T00:00:00Z; cut to milliseconds.
     *
     * @param earliest inclusive
     * @param latest inclusive
     */
    @Nullable
    Instant timestamp(String field, Instant earliest, Instant latest) {
        SentValue value = required(field);
        Instant instant = value == null ? null : instant(field, value);
        if (instant == null) {
            return null;
        }
        if (instant.isAfter(latest)) {
            broken(
                    field,
                    "in_future",
                    field + " is more than 5 minutes ahead of this server; check the sender's clock");
            return null;
        }
        if (instant.isBefore(earliest)) {
            broken(
                    field,
                    "too_old",
                    "%s is before %s; as a number it must be milliseconds, not seconds".formatted(field, earliest));
            return null;
        }
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private @Nullable Instant instant(String field, SentValue value) {
        if (value instanceof SentValue.Text sent) {
            return isoInstant(field, sent.text());
        }
        if (!(value instanceof SentValue.Digits number)) {
            wrongType(field, "an ISO-8601 text or an integer of milliseconds", value);
            return null;
        }
        if (!number.isInteger()) {
            broken(field, "not_an_integer", field + " as a number must be an integer of milliseconds since 1970");
            return null;
        }
        boolean negative = number.digits().startsWith("-");
        if (number.digits().length() >= LONGEST_LONG) {
            return negative ? Instant.MIN : Instant.MAX;
        }
        return Instant.ofEpochMilli(Long.parseLong(number.digits()));
    }

    private @Nullable Instant isoInstant(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            boolean lacksOnlyTheOffset = isLocalDateTime(text);
            broken(
                    field,
                    lacksOnlyTheOffset ? "no_offset" : "malformed",
                    lacksOnlyTheOffset
                            ? field + " must end with its offset from UTC, Z or for example +02:00"
                            : field + " must be ISO-8601 with an offset, for example 2026-03-01T12:00:00.250Z");
            return null;
        }
    }

    private static boolean isLocalDateTime(String text) {
        try {
            LocalDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** By its name, in any case. */
    @Nullable
    CallStatus status(String field) {
        SentValue value = required(field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof SentValue.Text sent)) {
            wrongType(field, "a text", value);
            return null;
        }
        for (CallStatus status : CallStatus.values()) {
            if (status.name().equalsIgnoreCase(sent.text())) {
                return status;
            }
        }
        broken(field, "unknown_status", field + " must be Success, Error or Timeout");
        return null;
    }

    /** Names and texts; empty where it was not given. */
    Map<String, String> labels(String field) {
        SentValue value = given(field);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof SentValue.Entries sent)) {
            wrongType(field, "an object of texts", value);
            return Map.of();
        }
        if (sent.entries().size() > MAX_ATTRIBUTES) {
            broken(field, "too_many", "%s must have at most %d entries".formatted(field, MAX_ATTRIBUTES));
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        sent.entries().forEach((key, label) -> {
            if (key.isBlank()) {
                broken(field, "blank_key", "a key of " + field + " is blank");
            } else if (key.codePointCount(0, key.length()) > ATTRIBUTE_KEY_LENGTH) {
                broken(
                        field,
                        "key_too_long",
                        "a key of %s has more than %d characters".formatted(field, ATTRIBUTE_KEY_LENGTH));
            } else if (hasLoneSurrogate(key)) {
                broken(field, "malformed_text", "a key of " + field + " contains half of a surrogate pair");
            } else {
                String text = text(field + "." + echo(key), label, ATTRIBUTE_VALUE_LENGTH);
                if (text != null) {
                    labels.put(key, text);
                }
            }
        });
        return labels;
    }

    /** A misspelt optional field would otherwise be lost without a word. */
    void refuseUnknown() {
        for (String field : event.fields().keySet()) {
            if (!KNOWN.contains(field)) {
                broken(
                        echo(field),
                        "unknown_field",
                        "there is no field %s; labels of your own go into attributes".formatted(echo(field)));
            }
        }
    }

    private @Nullable SentValue required(String field) {
        SentValue value = given(field);
        if (value == null) {
            broken(field, "missing", field + " is required");
        }
        return value;
    }

    private void wrongType(String field, String wanted, SentValue value) {
        broken(field, "wrong_type", "%s must be %s, not %s".formatted(field, wanted, value.kind()));
    }

    static String echo(String words) {
        String well = hasLoneSurrogate(words) ? "?" : words;
        return well.codePointCount(0, well.length()) <= ECHO_LENGTH
                ? well
                : well.substring(0, well.offsetByCodePoints(0, ECHO_LENGTH)) + "…";
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }
}
