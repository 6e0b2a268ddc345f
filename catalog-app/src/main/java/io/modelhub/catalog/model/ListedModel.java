package io.modelhub.catalog.model;

import io.modelhub.schema.ModelType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a published price list says of a model.
 *
 * @param provider slug
 * @param contextWindow tokens; null: the list doesn't say
 */
public record ListedModel(
        String provider,
        String name,
        ModelType modelType,
        List<String> capabilities,
        @Nullable Long contextWindow,
        Price price) {

    /** The identifier that the model has in the catalog. */
    public String id() {
        return Model.identifier(provider, name, null);
    }
}
