package io.modelhub.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextRowsTest {

    private static final List<Column> COLUMNS = List.of(
            Column.text("ORGANIZATION"), new Column("REQUESTS", "BIGINT"), new Column("COST", "DECIMAL(38, 12)"));

    private final StringWriter out = new StringWriter();

    @Test
    void numbersStandToTheRightAndNullIsShown() {
        draw(
                0,
                TextRows.MANY,
                row("acme", 7, "30.50"),
                row("a-much-longer-name", 12_345, "0.000000000001"),
                row(null, 0, null));

        assertThat(out).hasToString("""
                 ORGANIZATION       | REQUESTS |           COST
                --------------------+----------+----------------
                 acme               |        7 |          30.50
                 a-much-longer-name |    12345 | 0.000000000001
                 NULL               |        0 |           NULL
                (3 rows, 12 ms)
                """);
    }

    @Test
    void onlyTextsAreCutWhereTheLineIsTooLong() {
        draw(40, TextRows.MANY, row("a-much-longer-name", 12_345, "0.000000000001"));

        assertThat(out).hasToString("""
                 ORGANIZAT… | REQUESTS |           COST
                ------------+----------+----------------
                 a-much-lo… |    12345 | 0.000000000001
                (1 row, 12 ms)
                """);
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 40);
    }

    @Test
    void rowsAreDrawnAsLinesWhereColumnsHaveNoRoomBesideEachOther() {
        draw(30, TextRows.MANY, row("a-much-longer-name", 12_345, "0.000000000001"), row("b", 1, "2"));

        assertThat(out).hasToString("""
                -- row 1
                ORGANIZATION | a-much-longer-…
                REQUESTS     | 12345
                COST         | 0.000000000001
                -- row 2
                ORGANIZATION | b
                REQUESTS     | 1
                COST         | 2
                (2 rows, 12 ms)
                """);
    }

    @Test
    void aLiveRowIsDrawnAtOnceAndAWiderOneBeginsANewTable() {
        TextRows rows = new TextRows(new PrintWriter(out), 0, 1);
        rows.begin(COLUMNS);
        rows.row(row("acme", 7, "1"));
        assertThat(out).hasToString("""
                 ORGANIZATION | REQUESTS | COST
                --------------+----------+------
                 acme         |        7 |    1
                """);
        rows.row(row("acme", 8, "1.25"));
        rows.row(row("acme", 9, "12.25"));
        assertThat(out.toString()).endsWith("""
                 acme         |        8 | 1.25
                 ORGANIZATION | REQUESTS |  COST
                --------------+----------+-------
                 acme         |        9 | 12.25
                """);
    }

    @Test
    void anAnswerWithoutRowsHasItsColumns() {
        draw(0, TextRows.MANY);

        assertThat(out).hasToString("""
                 ORGANIZATION | REQUESTS | COST
                --------------+----------+------
                (0 rows, 12 ms)
                """);
    }

    @Test
    void whatATerminalWouldObeyIsBlank() {
        draw(0, TextRows.MANY, row("a\u001b[2Jb\nc", 1, "1"));

        assertThat(out.toString()).contains("a [2Jb c").doesNotContain("\u001b");
    }

    @Test
    void wideLettersTakeTwoColumns() {
        draw(0, TextRows.MANY, row("日本", 1, "1"));

        assertThat(out.toString()).contains(" 日本         |        1 |");
    }

    @SafeVarargs
    private final void draw(int lineLength, int together, List<JsonNode>... given) {
        TextRows rows = new TextRows(new PrintWriter(out), lineLength, together);
        rows.begin(COLUMNS);
        List.of(given).forEach(rows::row);
        rows.end(Duration.ofMillis(12));
    }

    private static List<JsonNode> row(String organization, long requests, String cost) {
        return List.of(
                organization == null ? NullNode.getInstance() : TextNode.valueOf(organization),
                LongNode.valueOf(requests),
                cost == null ? NullNode.getInstance() : DecimalNode.valueOf(new BigDecimal(cost)));
    }
}
