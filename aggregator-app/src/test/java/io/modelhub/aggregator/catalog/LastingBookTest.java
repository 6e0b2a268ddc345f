package io.modelhub.aggregator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastingBookTest {

    private final CatalogBook<String> present = new CatalogBook<>("present");
    private final CatalogBook<String> deleted = new CatalogBook<>("deleted");
    private final LastingBook<String> book = new LastingBook<>(present, deleted);

    @Test
    void whatWasDeletedIsFoundAsItWasLastWhicheverTopicIsReadFirst() {
        present.put("a", "first", 1);
        present.put("a", "second", 2);
        present.delete("a");
        assertThat(book.find("a")).isEqualTo("second");
        assertThat(present.find("a")).isNull();
        assertThat(present.ids()).isEmpty();

        deleted.put("a", "second", 0);
        assertThat(book.find("a")).isEqualTo("second");
    }

    @Test
    void whatIsThereAgainCountsBeforeWhatItWas() {
        deleted.put("a", "former", 0);
        assertThat(book.find("a")).isEqualTo("former");

        present.put("a", "again", 1);
        assertThat(book.find("a")).isEqualTo("again");

        present.delete("a");
        assertThat(book.find("a")).as("its second life").isEqualTo("again");
        assertThat(book.find("b")).isNull();
    }

    @Test
    void theLastRecordOfWhatWasDeletedCounts() {
        deleted.put("a", "its first life", 0);
        deleted.put("a", "its second life", 0);
        assertThat(book.find("a")).isEqualTo("its second life");
    }
}
