package io.modelhub.catalog.model;

import io.modelhub.schema.ModelType;
import java.math.BigDecimal;

/**
 * What a model charges, as far as it can be compared with another one.
 *
 * @param id its identifier in the catalog
 * @param provider slug
 * @param input US dollars per 1,000 tokens, as {@code output}
 */
public record ChargedRates(
        String id, String provider, String name, ModelType modelType, BigDecimal input, BigDecimal output) {}
