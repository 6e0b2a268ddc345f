package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document says what the app does: each path, field, limit, parameter and example is tried. */
class OpenApiIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private static RunningCatalog catalog;
    private static JsonNode document;
    private static final Map<String, String> LOCATIONS = new HashMap<>();

    /** Sends each example to the app, in an order in which each finds what it refers to. */
    @BeforeAll
    static void sendEveryExample() {
        catalog = RunningCatalog.start(Platform.shared().database("open_api_it"));
        document = catalog.get("/openapi").body();
        for (String collection : List.of("/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys")) {
            JsonNode operations = document.path("paths").path(collection);
            Answer created = catalog.post(collection, example(operations.path("post"), "application/json"));
            assertThat(created.status()).as(created.text()).isEqualTo(201);
            LOCATIONS.put(collection, created.header("Location"));
        }
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    private static String example(JsonNode operation, String type) {
        return operation
                .path("requestBody")
                .path("content")
                .path(type)
                .path("example")
                .toString();
    }

    private static JsonNode one(String collection) {
        return document.path("paths").properties().stream()
                .filter(path -> path.getKey().startsWith(collection + "/{")
                        && path.getKey().endsWith("}"))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static JsonNode schema(String collection) {
        String reference = document.path("paths")
                .path(collection)
                .at("/post/requestBody/content/application~1json/schema/$ref")
                .asString();
        return document.at(reference.substring(1));
    }

    @Test
    void describesEveryPath() {
        Set<String> mapped = new TreeSet<>();
        catalog.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues()
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> mapped.add(method.name().toLowerCase(Locale.ROOT) + " " + path))));
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().propertyNames().stream()
                        .filter(METHODS::contains)
                        .forEach(method -> described.add(method + " " + path.getKey())));

        assertThat(document.path("openapi").asString()).startsWith("3.1");
        assertThat(described)
                .isEqualTo(mapped.stream()
                        .filter(mapping -> mapping.contains(" /v1/"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys"})
    void theExamplesOfEditsAreDone(String collection) {
        JsonNode operations = one(collection);
        String location = LOCATIONS.get(collection);

        Answer replaced = catalog.put(location, example(operations.path("put"), "application/json"));
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        Answer patched = catalog.patch(location, example(operations.path("patch"), "application/merge-patch+json"));
        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys"})
    void anAnswerHasExactlyTheFieldsOfItsSchema(String collection) {
        List<String> shown = schema(collection).path("properties").properties().stream()
                .filter(field -> !field.getValue().path("writeOnly").asBoolean(false))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(catalog.get(LOCATIONS.get(collection)).body().propertyNames())
                .containsExactlyInAnyOrderElementsOf(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys"})
    void aRequestIsReadAsItsSchemaSays(String collection) {
        JsonNode schema = schema(collection);
        Set<String> required = required(schema, body(collection));
        for (var field : schema.path("properties").properties()) {
            String name = field.getKey();
            JsonNode form = field.getValue();
            if (form.path("readOnly").asBoolean(false)) {
                assertThat(errors(collection, name, "1")).as(name).contains(name + " unknown_field");
                continue;
            }
            String type = type(form);
            assertThat(errors(collection, name, "object".equals(type) ? "\"x\"" : "{}"))
                    .as(name)
                    .contains(name + " type");
            assertThat(errors(collection, name, "null").contains(name + " required"))
                    .as(name)
                    .isEqualTo(required.contains(name));
            if (form.has("enum")) {
                form.path("enum")
                        .forEach(value -> assertThat(errors(collection, name, value.toString()))
                                .noneMatch(error -> error.startsWith(name + " ")));
                assertThat(errors(collection, name, "\"x\"")).contains(name + " unknown_value");
            }
            if (form.has("maxLength")) {
                int longest = form.path("maxLength").asInt();
                assertThat(errors(collection, name, "\"" + "x".repeat(longest + 1) + "\""))
                        .as(name)
                        .contains(name + " length");
                assertThat(errors(collection, name, "\"" + "x".repeat(longest) + "\""))
                        .as(name)
                        .doesNotContain(name + " length");
            }
            if (form.has("minimum")) {
                assertThat(errors(collection, name, "0")).contains(name + " out_of_range");
            }
            if ("decimal".equals(form.path("format").asString(""))) {
                assertThat(errors(collection, name, "\"-1\"")).contains(name + " negative");
                assertThat(errors(collection, name, "\"0.1\"")).noneMatch(error -> error.startsWith(name + " "));
            }
        }
    }

    private static String type(JsonNode form) {
        JsonNode type = form.path("type");
        return type.isArray() ? type.path(0).asString() : type.asString();
    }

    /** What this body must have, as the schema always says and as it says for a body with its other fields. */
    private static Set<String> required(JsonNode schema, ObjectNode body) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asString()));
        schema.path("dependentRequired").properties().stream()
                .filter(dependent -> body.has(dependent.getKey()))
                .forEach(dependent -> dependent.getValue().forEach(name -> required.add(name.asString())));
        return required;
    }

    private static ObjectNode body(String collection) {
        JsonNode creation = document.path("paths").path(collection).path("post");
        return (ObjectNode) JSON.readTree(example(creation, "application/json"));
    }

    /** What a creation with this value of the field is refused for; it is always refused. */
    private static List<String> errors(String collection, String field, String value) {
        ObjectNode body = body(collection);
        body.set(field, JSON.readTree(value));
        body.put("no_such_field", 1);
        return catalog.post(collection, body.toString()).errors();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys", "/v1/audit"})
    void aListHasExactlyTheParametersThatAreDescribed(String collection) {
        List<String> described = new ArrayList<>();
        List<String> sorts = new ArrayList<>();
        document.path("paths").path(collection).path("get").path("parameters").forEach(parameter -> {
            described.add(parameter.path("name").asString());
            if ("sort".equals(parameter.path("name").asString())) {
                parameter.path("schema").path("enum").forEach(sort -> sorts.add(sort.asString()));
            }
        });
        if ("/v1/models".equals(collection)) {
            described.remove("id");
        }

        assertThat(allowed(catalog.get(collection + "?no_such_parameter=1"), "there are "))
                .containsExactlyInAnyOrderElementsOf(described);
        assertThat(allowed(catalog.get(collection + "?sort=no_such_field"), "must be one of "))
                .flatMap(sort -> List.of(sort, "-" + sort))
                .containsExactlyInAnyOrderElementsOf(sorts);
    }

    private static List<String> allowed(Answer refused, String before) {
        String message = refused.body().at("/errors/0/message").asString();
        String names = message.substring(message.indexOf(before) + before.length());
        return List.of(names.replace(", with - in front: descending", "").split(", "));
    }

    @Test
    void thePageIsServed() {
        assertThat(catalog.get("/docs").header("Location")).endsWith("/swagger-ui/index.html");
        assertThat(catalog.get("/swagger-ui/index.html").text()).contains("swagger-ui");
        assertThat(catalog.get("/openapi/swagger-config").body().path("url").asString())
                .isEqualTo("/openapi");
    }
}
