package io.modelhub.aggregator.catalog;

import org.jspecify.annotations.Nullable;

/**
 * The entities of a kind, deleted ones as they were last.
 *
 * @param <V> what the stages need to know of an entity
 */
public record LastingBook<V>(CatalogBook<V> present, CatalogBook<V> deleted) {

    /** What is known under an identifier, or was before it was deleted; null where there never was anything. */
    public @Nullable V find(String id) {
        V known = present.find(id);
        if (known != null) {
            return known;
        }
        V atHand = present.findDeleted(id);
        return atHand == null ? deleted.find(id) : atHand;
    }
}
