package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Organization;
import java.time.ZoneId;
import java.util.NavigableMap;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** What of the catalog bears on quotas: the limits of a key, and the zone of its organization. */
public record QuotaCatalog(CatalogTable<APIKey, APIKey> apiKeys, CatalogTable<Organization, ZoneId> organizations) {

    /** For a processor in its {@code init}. */
    View in(ProcessingContext context) {
        return new View(apiKeys.in(context), organizations.in(context));
    }

    /** For a reader outside the topology. */
    public View in(KafkaStreams streams) {
        return new View(streams.store(apiKeys.query()), streams.store(organizations.query()));
    }

    /** As it is known now. */
    public record View(CatalogBook<APIKey> apiKeys, CatalogBook<ZoneId> organizations) {

        public QuotaLimits limits(String apiKey) {
            return QuotaLimits.of(apiKeys.find(apiKey));
        }

        /** UTC for a shared key, and while the organization is not known. */
        public ZoneId zone(QuotaLimits limits) {
            ZoneId zone = limits.organization() == null ? null : organizations.find(limits.organization());
            return zone == null ? Zones.UTC : zone;
        }

        /** See {@link CatalogBook#changedAfter}. A zone that changes isn't told: it counts from a key's next period on. */
        NavigableMap<Long, String> changedAfter(long change) {
            return apiKeys.changedAfter(change);
        }

        public Set<String> knownKeys() {
            return apiKeys.ids();
        }
    }
}
