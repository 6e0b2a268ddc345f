package io.modelhub.aggregator.query;

import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.APIKey;
import java.time.ZoneId;
import java.util.Map;

/**
 * What this instance knows of the catalog now.
 *
 * @param models by identifier
 * @param apiKeys by identifier
 * @param zones of organizations, by slug
 */
public record CatalogEntries(
        Map<String, CatalogModel> models, Map<String, APIKey> apiKeys, Map<String, ZoneId> zones) {}
