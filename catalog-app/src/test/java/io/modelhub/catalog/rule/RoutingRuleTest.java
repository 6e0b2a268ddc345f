package io.modelhub.catalog.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.check.Fields;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RoutingRuleTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Fields fields(String json) {
        return Fields.of(JSON.readValue(json, ObjectNode.class));
    }

    private static List<String> problems(String json) {
        Fields fields = fields(json);
        RoutingRuleBody.read(fields);
        return fields.problems().stream()
                .map(problem -> problem.field() + " " + problem.code())
                .toList();
    }

    private static RoutingRule rule(String json) {
        Fields fields = fields(json);
        RoutingRuleBody body = RoutingRuleBody.read(fields);
        assertThat(fields.problems()).isEmpty();
        return body.rule(UUID.randomUUID(), 0, Instant.EPOCH);
    }

    @Test
    void readsAsItsPriorityItsNameAndWhatItIsFor() {
        assertThat(rule("""
                {"organization":"acme","name":"Long prompts","priority":10,"model_type":"Text",
                "models":[{"model":"openai/gpt-4o","weight":2.5}]}""")).hasToString("10 Long prompts (acme, Text)");
        RoutingRule general = rule("""
                {"name":"Drawings","priority":1,"model_type":"Image","models":[{"model":"openai/gpt-4o","weight":3}]}""");
        assertThat(general).hasToString("1 Drawings (every organization, Image)");
        assertThat(general.conditions()).isEqualTo("{}");
        assertThat(general.minCalls()).isEqualTo(20);
    }

    @Test
    void aModelOfARuleReadsAsItsIdentifierAndItsWeight() {
        assertThat(rule("""
                {"name":"r","priority":1,"model_type":"Text","models":[{"model":"a/b","weight":3},
                {"model":"a/c","weight":2.5},{"model":"a/d","weight":0.000001},{"model":"a/e","weight":1000000}]}""").models())
                .extracting(RoutingRuleModel::toString)
                .containsExactly("a/b weight 3", "a/c weight 2.5", "a/d weight 0.000001", "a/e weight 1000000");
    }

    @Test
    void reportsEveryBrokenRuleAtOnce() {
        assertThat(problems("""
                {"organization":"-","description":" ","priority":0,"model_type":"Smell",
                "conditions":{"and":[{"xor":[1,2]},{"==":[1]}]},"max_error_rate":1.5,"max_latency_p95_ms":0,"min_calls":0,
                "models":[{"model":"a/b","weight":1},{"model":"a/b","weight":0},{"weight":"2","tags":["x","x"]},7],
                "more":1}"""))
                .containsExactlyInAnyOrder(
                        "organization reserved",
                        "name required",
                        "description blank",
                        "priority out_of_range",
                        "model_type unknown_value",
                        "conditions.and[0].xor unknown_operator",
                        "conditions.and[1].== arguments",
                        "max_error_rate out_of_range",
                        "max_latency_p95_ms out_of_range",
                        "min_calls out_of_range",
                        "models[1].model duplicate",
                        "models[1].weight out_of_range",
                        "models[2].model required",
                        "models[2].weight type",
                        "models[2].tags[1] duplicate",
                        "models[3] type",
                        "more unknown_field");
        assertThat(problems("{}"))
                .containsExactlyInAnyOrder(
                        "name required", "priority required", "model_type required", "models required");
    }

    @Test
    void boundsItsPartsSoThatSumsStayExactEnough() {
        String rule = "{\"name\":\"n\",\"priority\":%s,\"model_type\":\"Text\",\"models\":[%s]}";
        String model = "{\"model\":\"a/%d\",\"weight\":%s}";
        assertThat(problems(rule.formatted("1.5", model.formatted(1, "1e400"))))
                .containsExactlyInAnyOrder("priority type", "models[0].weight out_of_range");
        assertThat(problems(rule.formatted("100", model.formatted(1, "1000000"))))
                .isEmpty();
        assertThat(problems(rule.formatted("101", model.formatted(1, "0.0000009"))))
                .containsExactlyInAnyOrder("priority out_of_range", "models[0].weight out_of_range");
        assertThat(problems(rule.formatted("1", ""))).containsExactly("models length");
        String many = IntStream.rangeClosed(0, 100)
                .mapToObj(index -> model.formatted(index, "1"))
                .collect(Collectors.joining(","));
        assertThat(problems(rule.formatted("1", many))).containsExactly("models length");
    }
}
