package io.modelhub.catalog.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.catalog.openapi.DocumentedEntity.Variable;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.request.Creation;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Describes the operations that every entity has, from one file for each collection: springdoc finds the paths, but not what a
 * body that is read field by field may hold.
 */
@Component
final class OpenApiDocument implements OpenApiCustomizer {

    private static final String ENTITIES = "classpath:/openapi/*.json";
    /** Operations that are of no entity, in OpenAPI's own form. */
    private static final String PATHS = "classpath:/openapi/paths/*.json";
    /** What several of these refer to. */
    private static final String SHARED_SCHEMAS = "classpath:/openapi/schemas/*.json";

    private static final String JSON = "application/json";
    private static final String PATCH = "application/merge-patch+json";
    private static final String PROBLEM = "application/problem+json";
    private static final String SCHEMAS = "#/components/schemas/";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Creation.class, Edit.class, Precondition.class, ListRequest.class);
    }

    private final Map<String, DocumentedEntity> entities = new TreeMap<>();
    private final Map<String, PathItem> paths = new TreeMap<>();
    private final Map<String, Schema<?>> schemas = new TreeMap<>();

    OpenApiDocument() {
        try {
            // Its own mapper: schemas are read by the rules of OpenAPI 3.1.
            ObjectMapper json = Json31.mapper();
            PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
            for (Resource file : files.getResources(ENTITIES)) {
                String name = Objects.requireNonNull(file.getFilename());
                entities.put(
                        "/v1/" + name.substring(0, name.lastIndexOf('.')),
                        json.readValue(file.getContentAsByteArray(), DocumentedEntity.class));
            }
            for (Resource file : files.getResources(PATHS)) {
                paths.putAll(
                        json.readValue(file.getContentAsByteArray(), new TypeReference<Map<String, PathItem>>() {}));
            }
            for (Resource file : files.getResources(SHARED_SCHEMAS)) {
                schemas.putAll(
                        json.readValue(file.getContentAsByteArray(), new TypeReference<Map<String, Schema<?>>>() {}));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void customise(OpenAPI document) {
        document.specVersion(SpecVersion.V31)
                .info(new Info()
                        .title("modelhub catalog")
                        .version("v1")
                        .description(
                                "Organizations, providers, models, API keys and what is done with them. Money is in US"
                                        + " dollars, as strings in plain decimal; times are ISO-8601 in UTC."));
        Components components = document.getComponents() == null ? new Components() : document.getComponents();
        document.components(components.addSchemas("Problem", problem()));
        schemas.forEach(components::addSchemas);
        entities.forEach((path, entity) -> describe(document, path, entity));
        paths.forEach((path, described) -> {
            PathItem found = Objects.requireNonNull(document.getPaths().get(path), path);
            described.readOperationsMap().forEach(found::operation);
        });
    }

    private static void describe(OpenAPI document, String path, DocumentedEntity entity) {
        String name = entity.name();
        document.addTagsItem(new Tag().name(name).description(entity.description()));
        document.getComponents().addSchemas(name, entity.schema());
        PathItem collection = Objects.requireNonNull(document.getPaths().get(path), path);
        collection.setGet(listing(entity));
        Variable address = entity.address();
        if (address == null) {
            return;
        }
        document.getComponents().addSchemas(name + "Patch", withoutRequired(entity.schema()));
        collection.setPost(creation(entity));
        PathItem one = Objects.requireNonNull(document.getPaths().get(path + "/{" + address.name() + "}"), path);
        one.setGet(reading(entity, address));
        one.setPut(replacement(entity, address));
        one.setPatch(patch(entity, address));
        one.setDelete(deletion(entity, address));
    }

    private static Operation listing(DocumentedEntity entity) {
        Operation operation = operation("list", entity, "Lists them, in parts")
                .addParametersItem(query(new Variable(
                        "limit",
                        "How many at most.",
                        of("integer").minimum(BigDecimal.ONE).maximum(new BigDecimal(1000)))))
                .addParametersItem(query(new Variable(
                        "after", "The next of the part before, with the same sort and filters.", of("string"))));
        entity.parameters().forEach(parameter -> operation.addParametersItem(query(parameter)));
        Schema<?> page = of("object")
                .addProperty("items", of("array").items(ref(entity.name())))
                .addProperty("next", new JsonSchema().types(new LinkedHashSet<>(List.of("string", "null"))));
        return operation.responses(new ApiResponses()
                .addApiResponse(
                        "200",
                        new ApiResponse().description("A part of the list.").content(json(page)))
                .addApiResponse("400", problem("A parameter is unknown, or its value is.")));
    }

    private static Operation creation(DocumentedEntity entity) {
        return operation("create", entity, "Creates one")
                .addParametersItem(
                        header("Idempotency-Key", "A request may be sent again under its key: it is done once."))
                .requestBody(body(entity, entity.name(), "create", JSON))
                .responses(answers(entity, "201", "It is created; Location says where.")
                        .addApiResponse("409", problem("A unique value is taken."))
                        .addApiResponse("422", problem("Fields are wrong, or the key belongs to another request.")));
    }

    private static Operation reading(DocumentedEntity entity, Variable address) {
        return operation("get", entity, "Reads one")
                .addParametersItem(path(address))
                .addParametersItem(header("If-None-Match", "The entity tag of an answer that is known."))
                .responses(answers(entity, "200", "As it is.")
                        .addApiResponse("304", new ApiResponse().description("As it is known."))
                        .addApiResponse("404", problem("There is none.")));
    }

    private static Operation replacement(DocumentedEntity entity, Variable address) {
        return edit(entity, address, operation("replace", entity, "Replaces one: what is left out gets its default"))
                .requestBody(body(entity, entity.name() + "Patch", "replace", JSON));
    }

    private static Operation patch(DocumentedEntity entity, Variable address) {
        return edit(entity, address, operation("patch", entity, "Changes one: what is left out stays (RFC 7396)"))
                .requestBody(body(entity, entity.name() + "Patch", "patch", PATCH, JSON));
    }

    private static Operation edit(DocumentedEntity entity, Variable address, Operation operation) {
        return operation
                .addParametersItem(path(address))
                .addParametersItem(ifMatch())
                .responses(answers(entity, "200", "It is changed.")
                        .addApiResponse("404", problem("There is none."))
                        .addApiResponse("409", problem("A unique value is taken."))
                        .addApiResponse("412", problem("Its revision is another one."))
                        .addApiResponse("422", problem("Fields are wrong.")));
    }

    private static Operation deletion(DocumentedEntity entity, Variable address) {
        return operation("delete", entity, "Deletes one")
                .addParametersItem(path(address))
                .addParametersItem(ifMatch())
                .responses(new ApiResponses()
                        .addApiResponse("204", new ApiResponse().description("It is gone."))
                        .addApiResponse("404", problem("There is none."))
                        .addApiResponse("409", problem("Others refer to it: referrers names them."))
                        .addApiResponse("412", problem("Its revision is another one.")));
    }

    private static Operation operation(String verb, DocumentedEntity entity, String summary) {
        return new Operation()
                .operationId(verb + entity.name())
                .summary(summary)
                .addTagsItem(entity.name());
    }

    private static ApiResponses answers(DocumentedEntity entity, String status, String description) {
        return new ApiResponses()
                .addApiResponse(
                        status,
                        new ApiResponse()
                                .description(description)
                                .addHeaderObject(
                                        "ETag",
                                        new Header()
                                                .description("Its revision.")
                                                .schema(of("string")))
                                .content(json(ref(entity.name()))))
                .addApiResponse("400", problem("It can't be read."));
    }

    private static RequestBody body(DocumentedEntity entity, String schema, String example, String... types) {
        Content content = new Content();
        Object value = Objects.requireNonNull(entity.examples()).get(example);
        for (String type : types) {
            content.addMediaType(type, new MediaType().schema(ref(schema)).example(value));
        }
        return new RequestBody().required(true).content(content);
    }

    private static Parameter ifMatch() {
        return header(
                "If-Match", "The entity tag of the answer that is changed: refused when it has changed meanwhile.");
    }

    private static Parameter header(String name, String description) {
        return new Parameter().in("header").name(name).description(description).schema(of("string"));
    }

    private static Parameter query(Variable parameter) {
        return variable("query", parameter);
    }

    private static Parameter path(Variable address) {
        return variable("path", address).required(true);
    }

    private static Parameter variable(String in, Variable variable) {
        return new Parameter()
                .in(in)
                .name(variable.name())
                .description(variable.description())
                .schema(variable.schema());
    }

    private static Content json(Schema<?> schema) {
        return new Content().addMediaType(JSON, new MediaType().schema(schema));
    }

    private static ApiResponse problem(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content().addMediaType(PROBLEM, new MediaType().schema(ref("Problem"))));
    }

    /** RFC 9457. */
    private static Schema<?> problem() {
        Schema<?> error = of("object")
                .addProperty("field", of("string"))
                .addProperty("code", of("string"))
                .addProperty("message", of("string"));
        return of("object")
                .addProperty("type", of("string").format("uri"))
                .addProperty("title", of("string"))
                .addProperty("status", of("integer"))
                .addProperty("detail", of("string"))
                .addProperty("instance", of("string"))
                .addProperty("code", of("string").description("Stable, for programs."))
                .addProperty(
                        "errors",
                        of("array").items(error).description("Every field, parameter or header that is wrong."))
                .addProperty("revision", of("integer").description("The current one, with code changed."))
                .addProperty("referrers", of("array").items(of("object")).description("With code referenced."));
    }

    private static Schema<?> withoutRequired(Schema<?> schema) {
        JsonSchema copy = new JsonSchema();
        copy.setTypes(schema.getTypes());
        copy.setProperties(schema.getProperties());
        return copy;
    }

    private static Schema<?> of(String type) {
        return new JsonSchema().types(new LinkedHashSet<>(List.of(type)));
    }

    private static Schema<?> ref(String name) {
        return new JsonSchema().$ref(SCHEMAS + name);
    }
}
