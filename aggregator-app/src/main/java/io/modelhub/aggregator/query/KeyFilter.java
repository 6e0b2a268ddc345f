package io.modelhub.aggregator.query;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.schema.APIKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which API keys.
 *
 * @param organization slug; empty: every key, shared ones included
 * @param provider slug; empty: every key
 */
public record KeyFilter(Optional<String> organization, Optional<String> provider) {

    /** Those of the catalog that it lets pass. */
    List<String> ids(CatalogBook<APIKey> catalog) {
        return catalog.ids().stream().filter(id -> holds(catalog.find(id))).toList();
    }

    /** @param key null: one that the catalog doesn't know */
    boolean holds(@Nullable APIKey key) {
        return organization
                        .map(slug -> key != null && slug.equals(key.getOrganization()))
                        .orElse(true)
                && provider.map(slug -> key != null && slug.equals(key.getProvider()))
                        .orElse(true);
    }
}
