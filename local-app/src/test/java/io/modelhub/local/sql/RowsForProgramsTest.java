package io.modelhub.local.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CSV and JSON. */
class RowsForProgramsTest {

    private static final List<Column> COLUMNS = List.of(Column.text("LABEL"), new Column("COST", "DECIMAL(38, 12)"));

    private final StringWriter out = new StringWriter();

    @Test
    void csvQuotesWhatItMustAndTellsNullFromTheEmptyText() {
        write(new CsvRows(new PrintWriter(out)));

        assertThat(out).hasToString("""
                LABEL,COST
                "a ""quoted"", one",0.000000000001
                "",
                """);
    }

    @Test
    void jsonIsAnObjectOnALineForEachRow() {
        write(new JsonRows(new PrintWriter(out)));

        assertThat(out).hasToString("""
                {"LABEL":"a \\"quoted\\", one","COST":0.000000000001}
                {"LABEL":"","COST":null}
                """);
    }

    private static void write(Rows rows) {
        rows.begin(COLUMNS);
        rows.row(List.of(TextNode.valueOf("a \"quoted\", one"), (JsonNode)
                DecimalNode.valueOf(new BigDecimal("0.000000000001"))));
        rows.row(List.of(TextNode.valueOf(""), (JsonNode) NullNode.getInstance()));
        rows.end(Duration.ofMillis(1));
    }
}
