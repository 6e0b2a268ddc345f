package io.modelhub.catalog.condition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JsonLogic expression over the facts of a call, compiled. Immutable, for all threads.
 *
 * <p>Evaluation never throws, and what it may cost is settled when the expression is read: its depth and its number of terms
 * are bounded, no operator builds a larger value than its arguments, and what walks a list can't stand within another such
 * (ADR 0046).
 */
public final class Condition {

    private final Term term;
    private final @Nullable Requirement requirement;

    private Condition(Term term, @Nullable Requirement requirement) {
        this.term = term;
        this.requirement = requirement;
    }

    /**
     * One broken rule of an expression.
     *
     * @param at where, from the expression on: {@code and[1].==[0]}; empty: the expression as a whole
     */
    public record Problem(String at, String code, String message) {}

    /**
     * What reading an expression gave.
     *
     * @param condition to be used only where there are no problems
     */
    public record Reading(Condition condition, List<Problem> problems) {}

    /** @param expression one operator with its arguments; empty: always holds */
    public static Reading read(ObjectNode expression) {
        if (expression.isEmpty()) {
            return new Reading(new Condition(Term.of(true), null), List.of());
        }
        Compiler compiler = new Compiler();
        Term term = compiler.compile(expression);
        return new Reading(new Condition(term, Requirement.of(expression)), compiler.problems());
    }

    /** What it can't hold without; null: nothing that is seen. */
    public @Nullable Requirement requirement() {
        return requirement;
    }

    /** @param facts {@link #facts} of the call */
    public boolean holds(Map<String, @Nullable Object> facts) {
        return Values.isTrue(term.value(facts));
    }

    /**
     * The variables of an expression.
     *
     * @param organization slug; null: none
     * @param attributes {@link #plain} ones
     */
    public static Map<String, @Nullable Object> facts(
            @Nullable String organization, String modelType, Map<String, @Nullable Object> attributes) {
        Map<String, @Nullable Object> facts = new HashMap<>();
        facts.put(Compiler.ORGANIZATION, organization);
        facts.put(Compiler.MODEL_TYPE, modelType);
        facts.put(Compiler.ATTRIBUTES, attributes);
        return facts;
    }

    /** A JSON object as expressions see it: strings, doubles, booleans, nulls, lists and maps of these. */
    public static Map<String, @Nullable Object> plain(ObjectNode object) {
        Map<String, @Nullable Object> plain = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            plain.put(field.getKey(), Values.plain(field.getValue()));
        }
        return plain;
    }
}
