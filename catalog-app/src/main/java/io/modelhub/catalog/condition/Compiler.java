package io.modelhub.catalog.condition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns an expression into terms and collects a problem for each rule that it breaks. For one expression. */
final class Compiler {

    static final String ORGANIZATION = "organization";
    static final String MODEL_TYPE = "model_type";
    static final String ATTRIBUTES = "attributes";

    private static final int DEEPEST = 20;
    private static final int MOST_TERMS = 500;
    private static final Set<String> FACTS = Set.of(ORGANIZATION, MODEL_TYPE, ATTRIBUTES);
    private static final Set<String> WALKS = Set.of("all", "none", "some");
    private static final Term NOTHING = Term.of(null);

    private final List<Condition.Problem> problems = new ArrayList<>();
    private int terms;

    /** What {@code var} looks into. */
    private enum Data {
        FACTS,
        /** The element of the list that is walked over. */
        ELEMENT
    }

    Term compile(JsonNode expression) {
        Term term = term(expression, "", 1, Data.FACTS);
        if (terms > MOST_TERMS) {
            report("", "length", "must have at most " + MOST_TERMS + " operators and values");
        }
        return term;
    }

    List<Condition.Problem> problems() {
        return List.copyOf(problems);
    }

    private Term term(JsonNode node, String at, int depth, Data data) {
        terms++;
        if (depth > DEEPEST) {
            report(at, "depth", "must have at most " + DEEPEST + " levels");
            return NOTHING;
        }
        if (node.isArray()) {
            return list(arguments(node, at, depth + 1, data));
        }
        if (!node.isObject()) {
            return Term.of(Values.plain(node));
        }
        if (node.size() != 1) {
            report(at, "malformed", "must be one operator with its arguments");
            return NOTHING;
        }
        Map.Entry<String, JsonNode> operation = node.properties().iterator().next();
        return operation(operation.getKey(), operation.getValue(), at, depth, data);
    }

    private static Term list(Term[] elements) {
        Term list = data -> values(elements, data);
        return Arrays.stream(elements).allMatch(Term.Constant.class::isInstance) ? Term.of(list.value(null)) : list;
    }

    private static List<@Nullable Object> values(Term[] elements, @Nullable Object data) {
        List<@Nullable Object> values = new ArrayList<>(elements.length);
        for (Term element : elements) {
            values.add(element.value(data));
        }
        return Collections.unmodifiableList(values);
    }

    private Term operation(String name, JsonNode given, String at, int depth, Data data) {
        String here = at.isEmpty() ? name : at + "." + name;
        Operator operator = Operator.of(name);
        if (operator == null) {
            report(here, "unknown_operator", "is no operator that is supported here");
            return NOTHING;
        }
        int count = given.isArray() ? given.size() : 1;
        if (!operator.takes(count)) {
            report(here, "arguments", "takes " + operator.arity() + ", not " + count);
            return NOTHING;
        }
        if (WALKS.contains(name)) {
            return walk(operator, given, here, depth, data);
        }
        Term[] arguments = arguments(given, here, depth + 1, data);
        if (data == Data.FACTS) {
            checkNames(name, given, here);
        }
        return operator.term(arguments);
    }

    /** {@code {"!": x}} is short for {@code {"!": [x]}}. */
    private Term[] arguments(JsonNode given, String at, int depth, Data data) {
        if (!given.isArray()) {
            return new Term[] {term(given, at, depth, data)};
        }
        Term[] arguments = new Term[given.size()];
        for (int index = 0; index < arguments.length; index++) {
            arguments[index] = term(given.get(index), at + "[" + index + "]", depth, data);
        }
        return arguments;
    }

    private Term walk(Operator operator, JsonNode given, String at, int depth, Data data) {
        if (data == Data.ELEMENT) {
            report(at, "nested", "can't stand within all, none or some");
            return NOTHING;
        }
        Term list = term(given.get(0), at + "[0]", depth + 1, data);
        Term test = term(given.get(1), at + "[1]", depth + 1, Data.ELEMENT);
        return operator.term(new Term[] {list, test});
    }

    /** A name that no call has would make a rule that never holds, or always. */
    private void checkNames(String operator, JsonNode given, String at) {
        switch (operator) {
            case "var" -> checkName(given.isArray() ? given.path(0) : given, at);
            case "missing" -> names(given).forEach(name -> checkName(name, at));
            case "missing_some" -> names(given.path(1)).forEach(name -> checkName(name, at));
            default -> {
                // Has no names.
            }
        }
    }

    private static List<JsonNode> names(JsonNode given) {
        return given.isArray() ? List.copyOf(given.values()) : List.of(given);
    }

    private void checkName(JsonNode name, String at) {
        if (!name.isString() || name.stringValue().isEmpty()) {
            return;
        }
        String[] steps = Operator.steps(name.stringValue());
        if (!FACTS.contains(steps[0])) {
            report(at, "unknown_variable", "must be organization, model_type or attributes.…");
        }
    }

    private void report(String at, String code, String message) {
        problems.add(new Condition.Problem(at, code, message));
    }
}
