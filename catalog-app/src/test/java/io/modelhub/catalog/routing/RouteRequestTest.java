package io.modelhub.catalog.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.Seeded;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.check.Fields;
import io.modelhub.schema.EntityStatus;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RouteRequestTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Fields fields(String json) {
        return Fields.of(JSON.readValue(json, ObjectNode.class));
    }

    private static List<String> problems(String json) {
        Fields fields = fields(json);
        RouteRequest.read(fields);
        return fields.problems().stream()
                .map(problem -> problem.field() + " " + problem.code())
                .toList();
    }

    private static RouteRequest read(String json) {
        Fields fields = fields(json);
        RouteRequest request = RouteRequest.read(fields);
        assertThat(fields.problems()).isEmpty();
        return request;
    }

    @Test
    void reportsEveryBrokenRuleAtOnce() {
        assertThat(problems("""
                {"organization":"No Slug","model_type":"Smell","attributes":{"session":true},"exclude":["a","a",1],
                "seed":1.5,"explain":true}"""))
                .containsExactlyInAnyOrder(
                        "organization malformed",
                        "model_type unknown_value",
                        "attributes.session type",
                        "exclude[1] duplicate",
                        "exclude[2] type",
                        "seed type",
                        "explain unknown_field");
        assertThat(problems("{}")).containsExactly("model_type required");
        assertThat(problems("{\"model_type\":\"Text\",\"attributes\":[]}")).containsExactly("attributes type");
    }

    @Test
    void boundsTheAttributes() {
        assertThat(problems("{\"model_type\":\"Text\",\"attributes\":{\"a\":\"" + "x".repeat(16_384) + "\"}}"))
                .containsExactly("attributes length");
        String nested = "[".repeat(19) + "1" + "]".repeat(19);
        assertThat(problems("{\"model_type\":\"Text\",\"attributes\":{\"a\":" + nested + "}}"))
                .isEmpty();
        assertThat(problems("{\"model_type\":\"Text\",\"attributes\":{\"a\":[" + nested + "]}}"))
                .containsExactly("attributes depth");
    }

    @Test
    void aSeedComesBeforeASessionAndBothMayBeWholeNumbers() {
        assertThat(read("{\"model_type\":\"Text\"}").seed()).isNull();
        assertThat(read("{\"model_type\":\"Text\",\"attributes\":{\"session\":\"s-1\"}}")
                        .seed())
                .isEqualTo("s-1");
        assertThat(read("{\"model_type\":\"Text\",\"attributes\":{\"session\":77}}")
                        .seed())
                .isEqualTo("77");
        assertThat(read("{\"model_type\":\"Text\",\"seed\":42,\"attributes\":{\"session\":\"s-1\"}}")
                        .seed())
                .isEqualTo("42");
    }

    @Test
    void neverFailsWhateverIsSent() {
        Random random = Seeded.random("requests for a route never fail");
        TestCatalog catalog = new TestCatalog()
                .organization("acme", EntityStatus.Active)
                .provider("p", EntityStatus.Active)
                .model("p/m", EntityStatus.Active)
                .key("k", null, "p")
                .rule(
                        "odd",
                        "acme",
                        1,
                        "{\">\":[{\"+\":[{\"var\":\"attributes.a\"},1]},{\"var\":\"attributes.b\"}]}",
                        "p/m")
                .rule("any", null, 1, "{\"in\":[{\"var\":\"attributes.a\"},{\"var\":\"attributes.b\"}]}", "p/m");
        RoutingTable table = catalog.table();
        int resolved = 0;
        for (int round = 0; round < 5_000; round++) {
            ObjectNode body = JSON.createObjectNode();
            for (String field : List.of("organization", "model_type", "attributes", "exclude", "seed")) {
                if (random.nextInt(4) > 0) {
                    body.set(field, random.nextInt(3) > 0 ? plausible(field, random) : anything(random, 3));
                }
            }
            Fields fields = Fields.of(body);
            RouteRequest request = RouteRequest.read(fields);
            List<FieldProblem> problems = fields.problems();
            if (problems.isEmpty()) {
                assertThat(catalog.router().resolve(table, request, random.nextBoolean()))
                        .isNotNull();
                resolved++;
            } else {
                assertThat(problems)
                        .allSatisfy(problem -> assertThat(problem.field()).isNotBlank());
            }
        }
        assertThat(resolved).isBetween(500, 4_500);
    }

    private static JsonNode plausible(String field, Random random) {
        return switch (field) {
            case "organization" -> JSON.valueToTree(random.nextBoolean() ? "acme" : "other");
            case "model_type" -> JSON.valueToTree("Text");
            case "exclude" -> JSON.createArrayNode().add("p/m");
            case "seed" -> JSON.valueToTree(random.nextInt());
            default -> {
                ObjectNode attributes = JSON.createObjectNode();
                attributes.set("a", anything(random, 2));
                attributes.set("b", anything(random, 2));
                yield attributes;
            }
        };
    }

    private static JsonNode anything(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.valueToTree(random.nextBoolean());
            case 2 -> JSON.readTree(random.nextBoolean() ? "1e400" : "-17");
            case 3 -> JSON.valueToTree(List.of("", "a", "1", "\u0000", "\ud800").get(random.nextInt(5)));
            case 4 -> JSON.valueToTree(random.nextDouble());
            case 5 -> JSON.createObjectNode();
            case 6 -> JSON.createArrayNode().add(anything(random, depth - 1)).add(anything(random, depth - 1));
            default -> JSON.createObjectNode().set("a", anything(random, depth - 1));
        };
    }
}
