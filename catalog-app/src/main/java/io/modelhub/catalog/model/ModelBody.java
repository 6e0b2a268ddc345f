package io.modelhub.catalog.model;

import io.modelhub.catalog.check.Fields;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a model, but for its identity.
 *
 * @param price null: none is stated
 */
record ModelBody(
        ModelType modelType,
        List<String> capabilities,
        String config,
        @Nullable Long contextWindow,
        EntityStatus status,
        @Nullable Price price) {

    static ModelBody read(Fields fields) {
        return new ModelBody(
                fields.choice("model_type", Arrays.asList(ModelType.values()), null),
                fields.words("capabilities", 64),
                fields.jsonObject("config"),
                fields.count("context_window"),
                fields.choice("status", Arrays.asList(EntityStatus.values()), EntityStatus.Active),
                PriceBody.optionalPrice(fields));
    }
}
