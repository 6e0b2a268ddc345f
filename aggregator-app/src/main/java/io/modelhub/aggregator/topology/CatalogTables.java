package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.topic.Topics;

/**
 * The catalog topics that the stages look things up in, each as a table in memory on every instance.
 *
 * @param models provider and prices by model identifier
 * @param apiKeys keys by their UUID
 */
public record CatalogTables(CatalogTable<Model, CatalogModel> models, CatalogTable<APIKey, APIKey> apiKeys) {

    public static CatalogTables of(Topics topics) {
        return new CatalogTables(
                new CatalogTable<>("catalog-models", topics.models(), Model::getRevision, CatalogModel::of),
                new CatalogTable<>("catalog-api-keys", topics.apiKeys(), APIKey::getRevision, key -> key));
    }
}
