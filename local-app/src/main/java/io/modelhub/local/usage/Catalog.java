package io.modelhub.local.usage;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog's topics say, the latest revision of each entity.
 *
 * @param zones by organization; an organization that is missing has UTC
 */
public record Catalog(Map<String, Model> models, Map<String, APIKey> apiKeys, Map<String, ZoneId> zones) {

    /** Whom calls count for that no organization is known of. */
    public static final String NO_ORGANIZATION = "-";

    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Whom a call counts for: its key's organization, where it has one, else the one it names. */
    public String organizationOf(ModelMetrics usage) {
        String ofKey = usage.getApiKey() == null ? null : ownerOf(usage.getApiKey());
        if (ofKey != null) {
            return ofKey;
        }
        return usage.getOrganization() == null ? NO_ORGANIZATION : usage.getOrganization();
    }

    /** Null for a key that is shared by all, or unknown. */
    public @Nullable String ownerOf(String apiKey) {
        APIKey key = apiKeys.get(apiKey);
        return key == null ? null : key.getOrganization();
    }

    /** The same with all days UTC's. */
    public Catalog inUtc() {
        return new Catalog(models, apiKeys, Map.of());
    }

    public ZoneId zoneOf(@Nullable String organization) {
        return organization == null ? UTC : zones.getOrDefault(organization, UTC);
    }
}
