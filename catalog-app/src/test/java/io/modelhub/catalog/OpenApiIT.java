package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.catalog.audit.AuditAction;
import io.modelhub.catalog.audit.EntityKind;
import io.modelhub.test.Eventually;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    /** No port of TCP: summaries have nobody to ask. */
    private static final String NO_AGGREGATOR = "--modelhub.aggregator.url=http://127.0.0.1:0";

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private static RunningCatalog catalog;
    private static JsonNode document;
    private static final List<String> COLLECTIONS =
            List.of("/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys", "/v1/routing-rules");
    private static final Map<String, String> LOCATIONS = new HashMap<>();

    /** What was sent that is no creation or edit of an entity, with its operation and its answer. */
    private static final Map<String, Sent> SENT = new TreeMap<>();

    private record Sent(JsonNode operation, Answer answer) {}

    /** Sends each example to the app, in an order in which each finds what it refers to. */
    @BeforeAll
    static void sendEveryExample() {
        Platform platform = Platform.shared();
        catalog = RunningCatalog.start(
                RunningCatalog.settings(
                        platform.database("open_api_it"),
                        platform.kafka().bootstrapServers(),
                        platform.registry().url()),
                NO_AGGREGATOR);
        document = catalog.get("/openapi").body();
        for (String collection : COLLECTIONS) {
            JsonNode operations = document.path("paths").path(collection);
            Answer created = catalog.post(collection, example(operations.path("post"), "application/json"));
            assertThat(created.status()).as(created.text()).isEqualTo(201);
            LOCATIONS.put(collection, created.header("Location"));
        }
        awaitRoute();
        for (String method : List.of("post", "get", "delete")) {
            document.path("paths").properties().stream()
                    .filter(path -> !path.getKey().matches("/v1/[^/]+(/\\{[^/]+})?"))
                    .filter(path -> path.getValue().has(method))
                    .forEach(path -> send(path.getKey(), method, path.getValue().path(method)));
        }
    }

    /** What was created is routed to as soon as it was read from its topics. */
    private static void awaitRoute() {
        JsonNode operation = document.path("paths").path("/v1/routing/resolve").path("post");
        Eventually.answers(
                "the route of the example",
                () -> catalog.post("/v1/routing/resolve", example(operation, "application/json")),
                answer -> answer.status() == 200);
    }

    private static void send(String path, String method, JsonNode operation) {
        String url = path;
        for (var location : LOCATIONS.entrySet()) {
            url = url.replaceFirst(location.getKey() + "/\\{[^/]+}", location.getValue());
        }
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asString();
            String example = RunningCatalog.encoded(parameter.path("example").asString(""));
            if ("path".equals(parameter.path("in").asString())) {
                url = url.replace("{" + name + "}", example);
            } else if (!example.isEmpty()) {
                query.add(name + "=" + example);
            }
        }
        JsonNode body = operation.at("/requestBody/content/application~1json");
        if (!body.has("examples")) {
            send(method, url, query, body.path("example").toString(), operation);
        }
        // Of several examples each is named by the format that it shows.
        for (var example : body.path("examples").properties()) {
            List<String> more = new ArrayList<>(query);
            more.add("format=" + example.getKey());
            send(method, url, more, example.getValue().path("value").toString(), operation);
        }
    }

    private static void send(String method, String url, List<String> query, String body, JsonNode operation) {
        String address = url + (query.isEmpty() ? "" : "?" + String.join("&", query));
        Answer answer = catalog.send(
                method.toUpperCase(Locale.ROOT), address, BodyPublishers.ofString(body), "application/json");
        SENT.put(method + " " + address, new Sent(operation, answer));
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
                .filter(path -> path.getKey().matches(collection + "/\\{[^/]+}"))
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

        for (JsonNode path : document.path("paths")) {
            for (var operation : path.properties()) {
                assertThat(operation.getValue().has("summary"))
                        .as(operation.toString())
                        .isEqualTo(METHODS.contains(operation.getKey()));
            }
        }
        assertThat(document.path("openapi").asString()).startsWith("3.1");
        assertThat(described)
                .isEqualTo(mapped.stream()
                        .filter(mapping -> mapping.contains(" /v1/"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys", "/v1/routing-rules"})
    void theExamplesOfEditsAreDone(String collection) {
        JsonNode operations = one(collection);
        String location = LOCATIONS.get(collection);

        Answer replaced = catalog.put(location, example(operations.path("put"), "application/json"));
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        Answer patched = catalog.patch(location, example(operations.path("patch"), "application/merge-patch+json"));
        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    }

    /** The database and the topics answer all of them; summaries say that the aggregator is away. */
    @Test
    void theExamplesOfOtherPathsAreAnsweredAsDescribed() {
        SENT.forEach((request, sent) -> {
            JsonNode responses = sent.operation().path("responses");
            Answer answer = sent.answer();
            String status = String.valueOf(answer.status());
            assertThat(status)
                    .as("%s: %s", request, answer.text())
                    .startsWith(request.contains("/summary/") ? "503" : "2")
                    .isIn(responses.propertyNames());
            JsonNode content = responses.path(status).path("content");
            assertThat(answer.contentType().replaceFirst(";.*", ""))
                    .as(request)
                    .isEqualTo(
                            content.isEmpty()
                                    ? ""
                                    : content.propertyNames().iterator().next());
            if (content.has("application/json")) {
                assertThat(misfits(content.path("application/json").path("schema"), answer.body(), ""))
                        .as("%s: %s", request, answer.text())
                        .isEmpty();
            }
        });
        assertThat(SENT.keySet())
                .as("with two formats of one path")
                .hasSize((int) document.path("paths").properties().stream()
                                .filter(path -> !path.getKey().matches("/v1/[^/]+(/\\{[^/]+})?"))
                                .flatMap(path -> path.getValue().propertyNames().stream())
                                .filter(METHODS::contains)
                                .count()
                        + 1);
    }

    /** Where a value isn't as its schema says; an object has exactly the properties, but for those that aren't required. */
    private static List<String> misfits(JsonNode schema, JsonNode value, String at) {
        if (schema.has("$ref")) {
            return misfits(document.at(schema.path("$ref").asString().substring(1)), value, at);
        }
        for (String choice : List.of("oneOf", "anyOf")) {
            if (schema.has(choice)) {
                return schema.path(choice)
                        .valueStream()
                        .map(one -> misfits(one, value, at))
                        .min(Comparator.comparing(List::size))
                        .orElseThrow();
            }
        }
        List<String> misfits = new ArrayList<>();
        List<String> types = schema.path("type").isArray()
                ? schema.path("type").valueStream().map(JsonNode::asString).toList()
                : List.of(schema.path("type").asString(""));
        String type = value.isIntegralNumber() && !types.contains("number")
                ? "integer"
                : value.getNodeType().name().toLowerCase(Locale.ROOT);
        if (!types.contains(type)) {
            misfits.add(at + " is " + type + " and not " + types);
        }
        if (value.isObject() && schema.has("properties")) {
            Set<String> known = Set.copyOf(schema.path("properties").propertyNames());
            Set<String> required = new TreeSet<>(known);
            if (schema.has("required")) {
                required.retainAll(schema.path("required")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList());
            }
            required.removeAll(value.propertyNames());
            required.forEach(name -> misfits.add(at + " has no " + name));
            value.properties().forEach(field -> {
                String inside = at + "." + field.getKey();
                if (known.contains(field.getKey())) {
                    misfits.addAll(misfits(schema.path("properties").path(field.getKey()), field.getValue(), inside));
                } else {
                    misfits.add(inside + " is unknown");
                }
            });
        }
        if (value.isArray()) {
            value.forEach(element -> misfits.addAll(misfits(schema.path("items"), element, at + "[]")));
        }
        return misfits;
    }

    @Test
    void theAuditLogCanBeAskedForEachActionAndEntity() {
        assertThat(values("/v1/audit", "action"))
                .containsExactlyElementsOf(Stream.of(AuditAction.values())
                        .map(AuditAction::toString)
                        .toList());
        assertThat(values("/v1/audit", "entity"))
                .containsExactlyElementsOf(
                        Stream.of(EntityKind.values()).map(EntityKind::toString).toList());
    }

    private static List<String> values(String collection, String parameter) {
        return document.path("paths")
                .path(collection)
                .path("get")
                .path("parameters")
                .valueStream()
                .filter(described -> described.path("name").asString().equals(parameter))
                .flatMap(described ->
                        described.path("schema").path("enum").valueStream().map(JsonNode::asString))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys", "/v1/routing-rules"})
    void anAnswerHasExactlyTheFieldsOfItsSchema(String collection) {
        List<String> shown = schema(collection).path("properties").properties().stream()
                .filter(field -> !field.getValue().path("writeOnly").asBoolean(false))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(catalog.get(LOCATIONS.get(collection)).body().propertyNames())
                .containsExactlyInAnyOrderElementsOf(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organizations", "/v1/providers", "/v1/models", "/v1/api-keys", "/v1/routing-rules"})
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
            for (String bound : List.of("minimum", "maximum")) {
                if (form.has(bound)) {
                    BigDecimal bounding = form.path(bound).decimalValue();
                    BigDecimal beyond =
                            bound.equals("minimum") ? bounding.subtract(BigDecimal.ONE) : bounding.add(BigDecimal.ONE);
                    assertThat(errors(collection, name, bounding.toPlainString()))
                            .noneMatch(error -> error.startsWith(name + " "));
                    assertThat(errors(collection, name, beyond.toPlainString())).contains(name + " out_of_range");
                }
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
    @ValueSource(
            strings = {
                "/v1/organizations",
                "/v1/providers",
                "/v1/models",
                "/v1/api-keys",
                "/v1/routing-rules",
                "/v1/audit"
            })
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
