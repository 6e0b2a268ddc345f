package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.catalog.LastingTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.quota.QuotaCatalog;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import io.modelhub.topic.Topics;
import java.time.ZoneId;

/**
 * The catalog topics that the stages look things up in, each as a table in memory on every instance.
 *
 * @param models provider and prices by model identifier
 * @param apiKeys keys by their UUID
 * @param organizations time zones by slug
 */
public record CatalogTables(
        LastingTable<Model, CatalogModel> models,
        LastingTable<APIKey, APIKey> apiKeys,
        CatalogTable<Organization, ZoneId> organizations) {

    public static CatalogTables of(Topics topics) {
        return new CatalogTables(
                new LastingTable<>(
                        new CatalogTable<>("catalog-models", topics.models(), Model::getRevision, CatalogModel::of),
                        new CatalogTable<>(
                                "deleted-models", topics.deletedModels(), lastRecord -> 0, CatalogModel::of)),
                new LastingTable<>(
                        new CatalogTable<>("catalog-api-keys", topics.apiKeys(), APIKey::getRevision, key -> key),
                        new CatalogTable<>("deleted-api-keys", topics.deletedApiKeys(), lastRecord -> 0, key -> key)),
                new CatalogTable<>(
                        "catalog-organizations",
                        topics.organizations(),
                        Organization::getRevision,
                        organization -> Zones.of(organization.getTimeZone())));
    }

    /** What of it bears on quotas: a deleted key has none. */
    public QuotaCatalog quotas() {
        return new QuotaCatalog(apiKeys.present(), organizations);
    }
}
