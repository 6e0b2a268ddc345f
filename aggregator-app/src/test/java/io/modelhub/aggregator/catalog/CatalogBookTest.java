package io.modelhub.aggregator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatalogBookTest {

    private final CatalogBook<String> book = new CatalogBook<>("book");

    @Test
    void anOlderRevisionIsIgnored() {
        book.put("a", "second", 2);
        book.put("a", "first", 1);
        assertThat(book.find("a")).isEqualTo("second");
    }

    @Test
    void aReaderGoesOnFromTheLastChangeThatItSaw() {
        book.put("a", "1", 1);
        book.put("b", "1", 1);
        long seen = book.changedAfter(0).lastKey();
        assertThat(book.changedAfter(0).values()).containsExactly("a", "b");
        assertThat(book.changedAfter(seen)).isEmpty();

        book.put("a", "2", 2);
        book.put("a", "3", 3);
        book.delete("b");
        book.put("c", "1", 1);
        assertThat(book.changedAfter(seen).values())
                .as("each once, by its latest change, a deleted one too")
                .containsExactly("a", "b", "c");
        assertThat(book.changedAfter(0)).as("nothing older is kept").hasSize(3);
    }
}
