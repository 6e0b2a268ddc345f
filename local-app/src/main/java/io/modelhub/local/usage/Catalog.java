package io.modelhub.local.usage;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog's topics say, the latest revision of each entity.
 *
 * @param models those that were deleted as they were last
 * @param apiKeys those that there are
 * @param deletedApiKeys as they were last
 * @param zones by organization; an organization that is missing has UTC
 */
public record Catalog(
        Map<String, Model> models,
        Map<String, APIKey> apiKeys,
        Map<String, APIKey> deletedApiKeys,
        Map<String, ZoneId> zones) {

    /** Whom calls count for that no organization is known of. */
    public static final String NO_ORGANIZATION = "-";

    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Whom a call counts for: the organization whose its key was when it was written, where it was one's, else the one it names. */
    public String organizationOf(Placed<ModelMetrics> call) {
        ModelMetrics usage = call.required();
        String ofKey = usage.getApiKey() == null ? null : ownerOf(usage.getApiKey(), call.appendTime());
        if (ofKey != null) {
            return ofKey;
        }
        return usage.getOrganization() == null ? NO_ORGANIZATION : usage.getOrganization();
    }

    /** Whose the key is now; null for one that is shared by all, was deleted, or is unknown. */
    public @Nullable String ownerOf(String apiKey) {
        APIKey key = apiKeys.get(apiKey);
        return key == null ? null : key.getOrganization();
    }

    /** Whether the key was another's before, or is nobody's any more. */
    public boolean hasLeft(String apiKey) {
        APIKey key = apiKeys.get(apiKey);
        return key == null
                ? deletedApiKeys.containsKey(apiKey)
                : !key.getFormerOwners().isEmpty();
    }

    private @Nullable String ownerOf(String apiKey, Instant written) {
        APIKey present = apiKeys.get(apiKey);
        APIKey key = present == null ? deletedApiKeys.get(apiKey) : present;
        if (key == null) {
            return null;
        }
        for (FormerOwner former : key.getFormerOwners()) {
            if (written.isBefore(former.getOwnedUntil())) {
                return former.getOrganization();
            }
        }
        return key.getOrganization();
    }

    /** The same with all days UTC's. */
    public Catalog inUtc() {
        return new Catalog(models, apiKeys, deletedApiKeys, Map.of());
    }

    public ZoneId zoneOf(@Nullable String organization) {
        return organization == null ? UTC : zones.getOrDefault(organization, UTC);
    }
}
