package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.SqlAnswer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as RFC 4180 has them, after a line of names. Null is nothing, and the empty text is {@code ""}. */
final class SqlCsv {

    private SqlCsv() {}

    static void write(SqlAnswer answer, OutputStream output) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
        writeLine(answer.columns().stream().map(SqlAnswer.Column::name).toList(), writer);
        for (List<@Nullable Object> row : answer.rows()) {
            writeLine(row, writer);
        }
        writer.flush();
    }

    private static void writeLine(List<? extends @Nullable Object> cells, Writer writer) throws IOException {
        for (int i = 0; i < cells.size(); i++) {
            if (i > 0) {
                writer.write(',');
            }
            writer.write(cell(cells.get(i)));
        }
        writer.write("\r\n");
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value instanceof BigDecimal number ? number.toPlainString() : value.toString();
        return value instanceof String && (text.isEmpty() || isSpecial(text))
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }

    private static boolean isSpecial(String text) {
        return text.chars().anyMatch(letter -> ",\"\r\n".indexOf(letter) >= 0);
    }
}
