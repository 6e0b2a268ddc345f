package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A line of names, then one for each row. */
final class CsvRows implements Rows {

    private final PrintWriter out;

    CsvRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Column> columns) {
        row(columns.stream()
                .<JsonNode>map(column -> TextNode.valueOf(column.name()))
                .toList());
    }

    @Override
    public void row(List<JsonNode> values) {
        out.println(values.stream().map(Values::csv).collect(Collectors.joining(",")));
    }

    @Override
    public void end(Duration took) {
        out.flush();
    }
}
