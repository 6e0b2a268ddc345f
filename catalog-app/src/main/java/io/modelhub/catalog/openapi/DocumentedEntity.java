package io.modelhub.catalog.openapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.models.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code openapi/<collection>.json} says of the entities of one collection. A test holds each field, limit, parameter and
 * example against the running app.
 *
 * @param name of the entity's schema
 * @param address the variable of an entity's path; null: entities can only be listed
 * @param parameters of the list, but for those that every list has
 * @param schema of an entity: what only answers show is readOnly, what only requests send is writeOnly
 * @param examples request bodies, by what they do: create, replace, patch; null: requests send nothing
 */
record DocumentedEntity(
        @JsonProperty("name") String name,
        @JsonProperty("description") String description,
        @JsonProperty("address") @Nullable Variable address,
        @JsonProperty("parameters") List<Variable> parameters,
        @JsonProperty("schema") Schema<?> schema,
        @JsonProperty("examples") @Nullable Map<String, Object> examples) {

    /** A variable of a path or a parameter of a query. */
    record Variable(
            @JsonProperty("name") String name,
            @JsonProperty("description") @Nullable String description,
            @JsonProperty("schema") Schema<?> schema) {}
}
