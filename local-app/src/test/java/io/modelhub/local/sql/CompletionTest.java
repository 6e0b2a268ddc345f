package io.modelhub.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.sql.Vocabulary.Word;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompletionTest {

    private final Completion completion = new Completion(new Vocabulary(
            Map.of("USAGE_1M", "Minutes", "MODELS", "Models with prices"),
            Map.of(
                    "USAGE_1M", List.of(new Word("ORGANIZATION", "Slug"), new Word("COST", "US dollars")),
                    "MODELS", List.of(new Word("ID", "Identifier"), new Word("COST_INPUT", "US dollars"))),
            List.of("APPROX_PERCENTILE")));

    @Test
    void tablesFollowFromAndJoin() {
        assertThat(words("SELECT * FROM |")).containsExactlyInAnyOrder("USAGE_1M", "MODELS");
        assertThat(words("SELECT * FROM USAGE_1M u JOIN MO|")).containsExactlyInAnyOrder("USAGE_1M", "MODELS");
        assertThat(words("DESCRIBE |")).contains("MODELS").doesNotContain("SELECT");
        assertThat(words("\\d |")).contains("MODELS").doesNotContain("SELECT");
    }

    @Test
    void columnsAreThoseOfTheTablesThatAreReadWhereverTheCursorIs() {
        assertThat(words("SELECT C| FROM USAGE_1M WHERE"))
                .contains("ORGANIZATION", "COST", "APPROX_PERCENTILE", "WHERE")
                .doesNotContain("COST_INPUT");
        assertThat(words("SELECT |")).contains("COST", "COST_INPUT");
    }

    @Test
    void aNameBeforeThePointIsThatOfATable() {
        String statement = "SELECT u.| FROM USAGE_1M u JOIN models AS m ON m.ID = u.MODEL";
        assertThat(words(statement)).containsExactly("u.organization", "u.cost");
        assertThat(words("SELECT M.| FROM USAGE_1M u JOIN models AS m ON m.ID = u.MODEL"))
                .containsExactly("M.ID", "M.COST_INPUT");
    }

    @Test
    void wordsAreSmallWhereTheWordIsAndSomeHaveOneSuccessor() {
        assertThat(words("select org|")).contains("organization", "select").doesNotContain("SELECT");
        assertThat(words("SELECT * FROM USAGE_1M EMIT |")).containsExactly("CHANGES", "FINAL");
        assertThat(words("SHOW |")).containsExactly("TABLES", "FUNCTIONS");
    }

    @Test
    void withoutAnAggregatorThereAreKeywords() {
        assertThat(new Completion(Vocabulary.NONE).words("SEL", 3)).contains(new Word("SELECT", ""));
    }

    /** The bar is the cursor. */
    private List<String> words(String statement) {
        int cursor = statement.indexOf('|');
        return completion.words(statement.replace("|", ""), cursor).stream()
                .map(Word::text)
                .toList();
    }
}
