package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.catalog.CatalogTable;
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
        CatalogTable<Model, CatalogModel> models,
        CatalogTable<APIKey, APIKey> apiKeys,
        CatalogTable<Organization, ZoneId> organizations) {

    public static CatalogTables of(Topics topics) {
        return new CatalogTables(
                new CatalogTable<>("catalog-models", topics.models(), Model::getRevision, CatalogModel::of),
                new CatalogTable<>("catalog-api-keys", topics.apiKeys(), APIKey::getRevision, key -> key),
                new CatalogTable<>(
                        "catalog-organizations",
                        topics.organizations(),
                        Organization::getRevision,
                        organization -> Zones.of(organization.getTimeZone())));
    }

    /** What of it bears on quotas. */
    public QuotaCatalog quotas() {
        return new QuotaCatalog(apiKeys, organizations);
    }
}
