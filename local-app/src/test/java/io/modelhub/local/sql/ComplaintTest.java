package io.modelhub.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplaintTest {

    @Test
    void aCaretStandsUnderThePlace() {
        assertThat(Complaint.lines("SELECT 1,\n\tnothing FROM t;", "line 2:2: Column 'NOTHING' not found", 80))
                .containsExactly(" nothing FROM t;", " ^", "Column 'NOTHING' not found");
    }

    @Test
    void aLineThatIsTooLongIsCutAroundThePlace() {
        String statement = "SELECT " + "x, ".repeat(30) + "nothing" + ", y".repeat(30) + ";";

        assertThat(Complaint.lines(statement, "line 1:98: Column 'NOTHING' not found", 40))
                .containsExactly(
                        "… x, x, x, x, x, x, nothing, y, y, y, y…",
                        "                    ^",
                        "Column 'NOTHING' not found");
    }

    @Test
    void thePlaceMayBeTheEnd() {
        assertThat(Complaint.lines("SELECT", "line 1:7: Encountered \"<EOF>\"", 80))
                .containsExactly("SELECT", "      ^", "Encountered \"<EOF>\"");
    }

    @Test
    void aMessageWithoutAPlaceStandsAlone() {
        assertThat(Complaint.lines("SELECT 1;", "8 statements are being answered", 80))
                .containsExactly("8 statements are being answered");
        assertThat(Complaint.lines("SELECT 1;", "line 7:1: no such line", 80))
                .containsExactly("line 7:1: no such line");
    }
}
