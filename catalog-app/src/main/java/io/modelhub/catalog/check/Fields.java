package io.modelhub.catalog.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a JSON object and collects a problem for each one that is wrong, so that all are reported at once. A
 * method whose field is wrong returns a stand-in, which for a required text is an empty one; use the values only when
 * {@link #problems()} is empty. An explicit null is the same as an absent field. Does not show what it holds, as that may be
 * a secret and frameworks log bodies.
 */
public final class Fields {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    /** Without a dot: what usage events may name, see {@code UsageCheck} of ingest-app. */
    private static final Pattern ORGANIZATION = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private static final int URL_LENGTH = 2000;
    private static final int CONFIG_LENGTH = 64 * 1024;
    private static final int LIST_LENGTH = 100;
    private static final int TIME_LENGTH = 40;

    private final ObjectNode body;
    private final String path;
    private final List<FieldProblem> problems;
    private final Set<String> read = new HashSet<>();
    private final List<Fields> nested = new ArrayList<>();

    private Fields(ObjectNode body, String path, List<FieldProblem> problems) {
        this.body = body;
        this.path = path;
        this.problems = problems;
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Fields of(ObjectNode body) {
        return new Fields(body, "", new ArrayList<>());
    }

    /** Everything that was found wrong, a field that nobody asked for included. */
    public List<FieldProblem> problems() {
        List<FieldProblem> all = new ArrayList<>(problems);
        addUnknown(all);
        return List.copyOf(all);
    }

    private void addUnknown(List<FieldProblem> all) {
        for (String name : body.propertyNames()) {
            if (!read.contains(name)) {
                all.add(new FieldProblem(path + name, "unknown_field", "there is no such field here"));
            }
        }
        nested.forEach(fields -> fields.addUnknown(all));
    }

    /** Reports a rule that spans fields or needs more than the body. */
    public void report(String field, String code, String message) {
        problems.add(new FieldProblem(path + field, code, message));
    }

    /** Accepts fields of an answer that say nothing in a request, so that an answer can be edited and sent back. */
    public void ignore(Collection<String> names) {
        read.addAll(names);
    }

    /** A field that was given at creation and never changes: it may be left out or sent as it is. */
    public void unchanged(String field, @Nullable String current) {
        JsonNode value = value(field);
        if (value != null && !(value.isString() && value.stringValue().equals(current))) {
            report(field, "immutable", "never changes; make a new one instead");
        }
    }

    public boolean has(String field) {
        return value(field) != null;
    }

    public String slug(String field) {
        return identifier(field, SLUG, "letters, digits, dots, underscores and hyphens");
    }

    /** The identifier of an organization. */
    public String organization(String field) {
        return identifier(field, ORGANIZATION, "letters, digits, underscores and hyphens");
    }

    private String identifier(String field, Pattern form, String characters) {
        String text = requiredText(field, Integer.MAX_VALUE);
        if (text.isEmpty() || form.matcher(text).matches()) {
            return text;
        }
        if ("-".equals(text)) {
            report(field, "reserved", "\"-\" is reserved for none");
        } else {
            report(
                    field,
                    "malformed",
                    "must be 1 to 64 lower-case " + characters + ", beginning with a letter or digit");
        }
        return "";
    }

    /** A name in one word: no white space. Required. */
    public String word(String field, int maxLength) {
        String text = requiredText(field, maxLength);
        return isOneWord(field, text) ? text : "";
    }

    public @Nullable String optionalWord(String field, int maxLength) {
        String text = text(field, maxLength);
        return text == null || isOneWord(field, text) ? text : null;
    }

    private boolean isOneWord(String field, String text) {
        boolean isOne = text.chars().noneMatch(Character::isWhitespace);
        if (!isOne) {
            report(field, "malformed", "must not contain white space");
        }
        return isOne;
    }

    public String requiredText(String field, int maxLength) {
        if (value(field) == null) {
            report(field, "required", "is required");
            return "";
        }
        String text = text(field, maxLength);
        return text == null ? "" : text;
    }

    public @Nullable String text(String field, int maxLength) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            report(field, "type", "must be a string");
            return null;
        }
        String text = value.stringValue();
        if (text.isBlank()) {
            report(field, "blank", "must not be blank");
            return null;
        }
        if (characters(text) > maxLength) {
            report(field, "length", "must have at most " + maxLength + " characters");
            return null;
        }
        if (!isStorable(text)) {
            report(field, "malformed", "must not contain control characters or broken surrogates");
            return null;
        }
        return text;
    }

    /** As PostgreSQL and JSON Schema count them: one beyond the basic plane is one. */
    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    /** PostgreSQL stores no NUL, UTF-8 has no lone surrogates, and a line holds no other control character well. */
    public static boolean isStorable(String text) {
        return text.codePoints()
                .noneMatch(point -> Character.getType(point) == Character.SURROGATE
                        || (Character.isISOControl(point) && point != '\n' && point != '\t'));
    }

    public @Nullable String url(String field) {
        String text = text(field, URL_LENGTH);
        if (text != null && !isWebAddress(text)) {
            report(field, "malformed", "must be an absolute http or https URL");
        }
        return text;
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = new URI(text);
            // Lower case only: what the database checks too.
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    public boolean flag(String field, boolean otherwise) {
        JsonNode value = value(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            report(field, "type", "must be true or false");
            return otherwise;
        }
        return value.booleanValue();
    }

    /** A time with a zone, as ISO 8601 writes it. */
    public @Nullable Instant time(String field) {
        String text = text(field, TIME_LENGTH);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            report(field, "malformed", "must be a time with a zone such as 2031-01-31T08:00:00Z");
            return null;
        }
    }

    /** @param otherwise stands for an absent field; null: the field is required */
    public <E extends Enum<E>> E choice(String field, Collection<E> allowed, @Nullable E otherwise) {
        E standIn = otherwise != null ? otherwise : allowed.iterator().next();
        JsonNode value = value(field);
        if (value == null) {
            if (otherwise == null) {
                report(field, "required", "is required");
            }
            return standIn;
        }
        if (!value.isString()) {
            report(field, "type", "must be a string");
            return standIn;
        }
        for (E choice : allowed) {
            if (choice.name().equals(value.stringValue())) {
                return choice;
            }
        }
        report(
                field,
                "unknown_value",
                "must be one of " + allowed.stream().map(Enum::name).collect(Collectors.joining(", ")));
        return standIn;
    }

    /** A decimal number, exactly as written: a string or a JSON number. */
    public @Nullable BigDecimal money(String field, Money money) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        Money.Reading reading;
        if (value.isString()) {
            reading = money.read(value.stringValue());
        } else if (value.isNumber()) {
            reading = money.read(value.decimalValue());
        } else {
            report(field, "type", "must be a decimal number, as a string or a number");
            return null;
        }
        if (reading instanceof Money.Wrong wrong) {
            report(field, wrong.code(), wrong.message());
            return null;
        }
        return ((Money.Exact) reading).amount();
    }

    /** A whole number of at least 1. */
    public @Nullable Long count(String field) {
        return wholeNumber(field, 1, Long.MAX_VALUE);
    }

    /** A whole number within bounds. */
    public @Nullable Long wholeNumber(String field, long least, long most) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()) {
            report(field, "type", "must be a whole number");
            return null;
        }
        if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
            String bounds = most == Long.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
            report(field, "out_of_range", "must be a whole number " + bounds);
            return null;
        }
        return value.longValue();
    }

    /** A number within bounds, to the nearest double. */
    public @Nullable Double number(String field, BigDecimal least, BigDecimal most) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            report(field, "type", "must be a number");
            return null;
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            report(field, "out_of_range", "must be a number from %s to %s".formatted(least, most));
            return null;
        }
        return number.doubleValue();
    }

    /** A list of different words, in their order. */
    public List<String> words(String field, int maxLength) {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            report(field, "type", "must be a list of strings");
            return List.of();
        }
        if (value.size() > LIST_LENGTH) {
            report(field, "length", "must have at most " + LIST_LENGTH + " entries");
            return List.of();
        }
        Set<String> words = new LinkedHashSet<>();
        for (int index = 0; index < value.size(); index++) {
            JsonNode entry = value.get(index);
            String at = field + "[" + index + "]";
            if (!entry.isString()) {
                report(at, "type", "must be a string");
            } else if (entry.stringValue().isBlank() || characters(entry.stringValue()) > maxLength) {
                report(at, "length", "must have 1 to " + maxLength + " characters");
            } else if (!isStorable(entry.stringValue())) {
                report(at, "malformed", "must not contain control characters or broken surrogates");
            } else if (!words.add(entry.stringValue())) {
                report(at, "duplicate", "stands in the list already");
            }
        }
        return List.copyOf(words);
    }

    /** A JSON object that is kept and not interpreted, as text; absent: an empty one. */
    public String jsonObject(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return "{}";
        }
        if (!value.isObject()) {
            report(field, "type", "must be a JSON object");
            return "{}";
        }
        String text = value.toString();
        if (characters(text) > CONFIG_LENGTH) {
            report(field, "length", "must have at most " + CONFIG_LENGTH + " characters");
        } else if (!isStorable(text)) {
            report(field, "malformed", "must not contain broken surrogates");
        }
        return text;
    }

    /** A JSON object that is interpreted by the caller; absent or wrong: an empty one. */
    public ObjectNode object(String field, int longest) {
        JsonNode value = value(field);
        if (value instanceof ObjectNode object) {
            String text = object.toString();
            if (characters(text) > longest) {
                report(field, "length", "must have at most " + longest + " characters");
            } else if (!isStorable(text)) {
                report(field, "malformed", "must not contain broken surrogates");
            } else {
                return object;
            }
        } else if (value != null) {
            report(field, "type", "must be a JSON object");
        }
        return body.objectNode();
    }

    /** The fields of an object whose other fields may be anything. */
    public Fields inside(String field, ObjectNode object) {
        return new Fields(object, path + field + ".", problems);
    }

    /** A string, or a whole number as its digits. */
    public @Nullable String token(String field, int maxLength) {
        JsonNode value = value(field);
        return value != null && value.isIntegralNumber() ? value.toString() : text(field, maxLength);
    }

    /** A list of objects, each with fields of its own. */
    public List<Fields> objects(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            report(field, "type", "must be a list of objects");
            return List.of();
        }
        if (value.size() > LIST_LENGTH) {
            report(field, "length", "must have at most " + LIST_LENGTH + " entries");
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        for (int index = 0; index < value.size(); index++) {
            String at = field + "[" + index + "]";
            if (value.get(index) instanceof ObjectNode object) {
                objects.add(new Fields(object, path + at + ".", problems));
            } else {
                report(at, "type", "must be an object");
            }
        }
        nested.addAll(objects);
        return objects;
    }

    /** The same, with at least one entry. */
    public List<Fields> requiredObjects(String field) {
        JsonNode value = value(field);
        if (value == null) {
            report(field, "required", "is required");
        } else if (value.isArray() && value.isEmpty()) {
            report(field, "length", "must have at least 1 entry");
        }
        return objects(field);
    }

    private @Nullable JsonNode value(String field) {
        read.add(field);
        JsonNode value = body.get(field);
        return value == null || value.isNull() ? null : Objects.requireNonNull(value);
    }
}
