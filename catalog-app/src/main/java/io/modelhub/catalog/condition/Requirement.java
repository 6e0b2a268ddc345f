package io.modelhub.catalog.condition;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an expression can't hold without: that a variable equals a text. So a reader of many expressions needs to evaluate only
 * those that require the text which a call has, and those that require none.
 *
 * @param variable for example {@code attributes.tier}
 */
public record Requirement(String variable, String text) {

    /** Of an {@code ==} or {@code ===}, or of the first one in an {@code and}; null: there is none that is seen. */
    static @Nullable Requirement of(JsonNode expression) {
        if (expression.size() != 1 || !expression.isObject()) {
            return null;
        }
        JsonNode all = expression.path("and");
        for (JsonNode part : all.values()) {
            Requirement required = of(part);
            if (required != null) {
                return required;
            }
        }
        JsonNode sides = expression.path(expression.has("===") ? "===" : "==");
        Requirement required = of(sides.path(0), sides.path(1));
        return required == null ? of(sides.path(1), sides.path(0)) : required;
    }

    private static @Nullable Requirement of(JsonNode variable, JsonNode text) {
        JsonNode name = variable.path("var");
        return name.isString() && !name.stringValue().isEmpty() && text.isString()
                ? new Requirement(name.stringValue(), text.stringValue())
                : null;
    }

    /**
     * The value of a variable that some expression requires. One that is a text must equal the required one, null never
     * does, and of any other nothing is said: a number may equal its text.
     */
    public static @Nullable Object value(String variable, Map<String, @Nullable Object> facts) {
        return Operator.found(facts, Operator.steps(variable), Term.of(null));
    }
}
