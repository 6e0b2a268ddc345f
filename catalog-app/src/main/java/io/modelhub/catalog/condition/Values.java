package io.modelhub.catalog.condition;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JsonLogic's arithmetic of values: that of ECMAScript, but that an empty list is false. */
final class Values {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:Infinity|(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?+)");
    /** From here on ECMAScript writes numbers with an exponent. */
    private static final double LONGEST_PLAIN = 1e21;

    private Values() {}

    static @Nullable Object plain(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isNumber()) {
            return node.numberValue().doubleValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>(node.size());
            node.values().forEach(element -> list.add(plain(element)));
            return Collections.unmodifiableList(list);
        }
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new HashMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        return null;
    }

    static boolean isTrue(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Double number) {
            return number != 0 && !number.isNaN();
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        return value instanceof List<?> list ? !list.isEmpty() : value != null;
    }

    /** ECMAScript's {@code ===}: a list or an object equals only itself. */
    static boolean areStrictlyEqual(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String text) {
            return text.equals(right);
        }
        if (left instanceof Double number) {
            return right instanceof Double other && number.doubleValue() == other.doubleValue();
        }
        return left instanceof Boolean truth ? truth.equals(right) : left == right;
    }

    /** ECMAScript's {@code ==}. */
    static boolean areEqual(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return left == right;
        }
        if (left instanceof String && right instanceof String) {
            return left.equals(right);
        }
        boolean leftIsNested = isNested(left);
        if (leftIsNested && isNested(right)) {
            return left == right;
        }
        if (leftIsNested) {
            return areEqual(text(left), right);
        }
        if (isNested(right)) {
            return areEqual(left, text(right));
        }
        return number(left) == number(right);
    }

    /** ECMAScript's {@code <}: strings by their characters, all else as numbers. False where one is no number. */
    static boolean isLess(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double number && right instanceof Double other) {
            return number < other;
        }
        Object first = primitive(left);
        Object second = primitive(right);
        return first instanceof String text && second instanceof String other
                ? text.compareTo(other) < 0
                : number(first) < number(second);
    }

    /** ECMAScript's {@code <=}. */
    static boolean isAtMost(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double number && right instanceof Double other) {
            return number <= other;
        }
        Object first = primitive(left);
        Object second = primitive(right);
        return first instanceof String text && second instanceof String other
                ? text.compareTo(other) <= 0
                : number(first) <= number(second);
    }

    private static boolean isNested(@Nullable Object value) {
        return value instanceof List || value instanceof Map;
    }

    private static @Nullable Object primitive(@Nullable Object value) {
        return isNested(value) ? text(value) : value;
    }

    /** ECMAScript's {@code Number(value)}: null is 0, NaN stands for what is no number. */
    static double number(@Nullable Object value) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value == null) {
            return 0;
        }
        String text = text(value).strip();
        if (text.isEmpty()) {
            return 0;
        }
        return NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }

    /** ECMAScript's {@code parseFloat(value)}: the number that the text begins with. */
    static double leadingNumber(@Nullable Object value) {
        if (value instanceof Double number) {
            return number;
        }
        Matcher leading = NUMBER.matcher(text(value).strip());
        return leading.lookingAt() ? Double.parseDouble(leading.group()) : Double.NaN;
    }

    /** ECMAScript's {@code String(value)}. */
    static String text(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(element -> element == null ? "" : text(element))
                    .collect(Collectors.joining(","));
        }
        if (value instanceof Double number) {
            return number % 1 == 0 && Math.abs(number) < LONGEST_PLAIN
                    ? new BigDecimal(number).toBigInteger().toString()
                    : number.toString();
        }
        return value instanceof Map ? "[object Object]" : String.valueOf(value);
    }
}
