package io.modelhub.aggregator.catalog;

import java.util.Map;

/** Books without a topic, for the tests of what reads them. */
public final class CatalogBooks {

    private CatalogBooks() {}

    /** Of which nothing was deleted. */
    public static <V> LastingBook<V> lasting(Map<String, V> entries) {
        return new LastingBook<>(of(entries), of(Map.of()));
    }

    public static <V> CatalogBook<V> of(Map<String, V> entries) {
        CatalogBook<V> book = new CatalogBook<>("book");
        entries.forEach((id, value) -> book.put(id, value, 1));
        return book;
    }
}
