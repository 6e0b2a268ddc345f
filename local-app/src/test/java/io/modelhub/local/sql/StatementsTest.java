package io.modelhub.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsTest {

    @Test
    void aStatementEndsWithItsSemicolonOverSeveralLines() {
        Statements statements = Statements.of("SELECT 1\nFROM t;  SELECT 2; SELECT");

        assertThat(statements.inputs()).containsExactly("SELECT 1\nFROM t;", "SELECT 2;");
        assertThat(statements.rest()).isEqualTo("SELECT");
    }

    @Test
    void aSemicolonInTextsNamesAndCommentsEndsNothing() {
        assertThat(Statements.of("SELECT 'a;b', 'it''s;', `c;d` -- e;f\n /* g;\nh; */ FROM t;")
                        .inputs())
                .hasSize(1);
    }

    @Test
    void aTextThatIsStillOpenIsNotWhole() {
        assertThat(Statements.of("SELECT 'a;").rest()).isEqualTo("SELECT 'a;");
        assertThat(Statements.of("SELECT 1 /* ;").rest()).isEqualTo("SELECT 1 /* ;");
    }

    @Test
    void aCommandIsALineThatBeginsWithABackslash() {
        Statements statements = Statements.of("\\d USAGE_1M\nSELECT 1;\n\\watch 5");

        assertThat(statements.inputs()).containsExactly("\\d USAGE_1M", "SELECT 1;", "\\watch 5");
        assertThat(statements.rest()).isEmpty();
    }

    @Test
    void commentsBeforeAStatementAndEmptyStatementsAreNothing() {
        Statements statements = Statements.of("-- top; three\n/* of */ ;; SELECT 1; -- done\n");

        assertThat(statements.inputs()).containsExactly("SELECT 1;");
        assertThat(statements.rest()).isEmpty();
    }

    @Test
    void muchWhiteSpaceIsNoTrouble() {
        assertThat(Statements.of(" \n".repeat(100_000) + "SELECT 1;").inputs()).containsExactly("SELECT 1;");
    }
}
