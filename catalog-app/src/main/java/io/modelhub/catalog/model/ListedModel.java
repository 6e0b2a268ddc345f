package io.modelhub.catalog.model;

import io.modelhub.schema.ModelType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a published price list says of a model.
 *
 * @param provider slug
 * @param modelType null: the list doesn't say
 * @param capabilities null: the list doesn't say
 * @param contextWindow tokens; null: the list doesn't say
 * @param prices by rising beginning; the first has none
 */
public record ListedModel(
        String provider,
        String name,
        @Nullable ModelType modelType,
        @Nullable List<String> capabilities,
        @Nullable Long contextWindow,
        List<ListedPrice> prices) {

    /** The identifier that the model has in the catalog. */
    public String id() {
        return Model.identifier(provider, name, null);
    }

    /** What the list says that it makes. Most models of a list that is silent make text. */
    public ModelType type() {
        return modelType == null ? ModelType.Text : modelType;
    }
}
