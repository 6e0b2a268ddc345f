package io.modelhub.catalog.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.jamsesso.jsonlogic.JsonLogic;
import io.github.jamsesso.jsonlogic.JsonLogicException;
import io.modelhub.catalog.Seeded;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ConditionLawsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, @Nullable Object> ATTRIBUTES = Map.of(
            "n1", 1.0, "n2", 2.0, "n7", 7.0, "s", "gold", "t", "silver", "b", true, "list", List.of(1.0, 2.0, 5.0));

    @Test
    void agreesWithAnotherImplementationWhereTypesAreRight() throws JsonLogicException {
        Random random = Seeded.random("conditions agree with json-logic-java");
        Map<String, @Nullable Object> facts = Condition.facts("acme", "Text", ATTRIBUTES);
        JsonLogic other = new JsonLogic();
        int held = 0;
        for (int round = 0; round < 5_000; round++) {
            String expression = truth(random, 4);
            Condition.Reading reading = Condition.read(JSON.readValue(expression, ObjectNode.class));
            assertThat(reading.problems()).as(expression).isEmpty();

            boolean holds = reading.condition().holds(facts);

            assertThat(holds).as(expression).isEqualTo(JsonLogic.truthy(other.apply(expression, facts)));
            held += holds ? 1 : 0;
        }
        assertThat(held).as("neither always nor never").isBetween(500, 4_500);
    }

    private static String truth(Random random, int depth) {
        if (depth == 0) {
            return random.nextBoolean() ? "{\"var\":\"attributes.b\"}" : "{\"==\":[1,1]}";
        }
        return switch (random.nextInt(9)) {
            case 0 -> operation("and", truth(random, depth - 1), truth(random, depth - 1));
            case 1 -> operation("or", truth(random, depth - 1), truth(random, depth - 1));
            case 2 -> operation("!", truth(random, depth - 1));
            case 3 -> operation("if", truth(random, depth - 1), truth(random, depth - 1), truth(random, depth - 1));
            case 4 ->
                operation(pick(random, "==", "!=", "===", "!=="), number(random, depth - 1), number(random, depth - 1));
            case 5 ->
                operation(pick(random, "<", "<=", ">", ">="), number(random, depth - 1), number(random, depth - 1));
            case 6 -> operation("<", number(random, depth - 1), number(random, depth - 1), number(random, depth - 1));
            case 7 -> operation(pick(random, "==", "!=", "in"), text(random), text(random));
            default ->
                operation(
                        pick(random, "some", "all", "none"),
                        "{\"var\":\"attributes.list\"}",
                        operation(pick(random, "<", ">", "=="), "{\"var\":\"\"}", Integer.toString(random.nextInt(7))));
        };
    }

    private static String number(Random random, int depth) {
        if (depth <= 0 || random.nextInt(3) == 0) {
            return random.nextBoolean()
                    ? Integer.toString(random.nextInt(10))
                    : "{\"var\":\"attributes." + pick(random, "n1", "n2", "n7") + "\"}";
        }
        return operation(
                pick(random, "+", "*", "-", "min", "max"), number(random, depth - 1), number(random, depth - 1));
    }

    private static String text(Random random) {
        return pick(
                random,
                "\"gold\"",
                "\"old\"",
                "{\"var\":\"attributes.s\"}",
                "{\"var\":\"attributes.t\"}",
                "\"silver\"");
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    private static String operation(String operator, String... arguments) {
        return "{\"" + operator + "\":" + Stream.of(arguments).collect(Collectors.joining(",", "[", "]")) + "}";
    }

    @Test
    void neverThrowsWhateverIsWrittenAndSent() {
        Random random = Seeded.random("conditions never throw");
        int evaluated = 0;
        for (int round = 0; round < 5_000; round++) {
            ObjectNode expression = JSON.createObjectNode();
            fill(expression, random, 5);
            ObjectNode attributes = JSON.createObjectNode();
            attributes.set("a", anything(random, 4));
            attributes.set("b", anything(random, 4));
            Condition.Reading reading = Condition.read(expression);
            if (reading.problems().isEmpty()) {
                evaluated++;
                assertThatCode(() ->
                                reading.condition().holds(Condition.facts(null, "Text", Condition.plain(attributes))))
                        .as("%s over %s", expression, attributes)
                        .doesNotThrowAnyException();
            }
        }
        assertThat(evaluated).isGreaterThan(500);
    }

    private static void fill(ObjectNode expression, Random random, int depth) {
        String operator = pick(
                random,
                "var",
                "missing",
                "missing_some",
                "if",
                "?:",
                "and",
                "or",
                "!",
                "!!",
                "==",
                "!=",
                "===",
                "!==",
                "<",
                "<=",
                ">",
                ">=",
                "+",
                "*",
                "-",
                "/",
                "%",
                "max",
                "min",
                "in",
                "substr",
                "all",
                "some",
                "none",
                "nonsense");
        if (operator.startsWith("missing") || operator.equals("var")) {
            expression.set(operator, variable(operator, random));
            return;
        }
        ArrayNode arguments = expression.putArray(operator);
        int count = operator.startsWith("!") && operator.length() < 3 ? 1 : 2 + random.nextInt(5) / 4;
        for (int index = 0; index < (operator.equals("!=") || operator.equals("!==") ? 2 : count); index++) {
            if (depth > 0 && random.nextInt(3) > 0) {
                fill(arguments.addObject(), random, depth - 1);
            } else {
                arguments.add(anything(random, 0));
            }
        }
    }

    private static tools.jackson.databind.JsonNode variable(String operator, Random random) {
        String name = "attributes." + pick(random, "a", "b", "a.b", "a.0", "b.1.a", "", "..", "a.length");
        if (operator.equals("missing_some")) {
            return JSON.createArrayNode()
                    .add(random.nextInt(3))
                    .add(JSON.createArrayNode().add(name));
        }
        return random.nextBoolean()
                ? JSON.valueToTree(name)
                : JSON.createArrayNode().add(name);
    }

    private static tools.jackson.databind.JsonNode anything(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.valueToTree(random.nextBoolean());
            case 2 -> JSON.valueToTree(random.nextInt(5) - 2);
            case 3 -> JSON.readTree(pick(random, "1e400", "-1e-400", "0.1", "12345678901234567890", "1e999999999"));
            case 4 ->
                JSON.valueToTree(pick(random, "", "a", "12", " 1e5 ", "NaN", "Infinity", "-", "1e", "a,b", "é\n"));
            case 5 -> JSON.createArrayNode();
            case 6 -> JSON.valueToTree(random.nextDouble());
            case 7 -> JSON.createArrayNode().add(anything(random, depth - 1)).add(anything(random, depth - 1));
            default ->
                JSON.createObjectNode().set("a", anything(random, depth - 1)).set("b", anything(random, depth - 1));
        };
    }
}
