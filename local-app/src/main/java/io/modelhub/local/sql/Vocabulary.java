package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that statements are made of.
 *
 * @param tables by name, with what they hold
 * @param columns of each table
 */
record Vocabulary(Map<String, String> tables, Map<String, List<Word>> columns, List<String> functions) {

    static final Vocabulary NONE = new Vocabulary(Map.of(), Map.of(), List.of());

    /** @param meaning for people; may be empty */
    record Word(String text, String meaning) {}

    /** What the aggregator knows now; {@link #NONE} where it doesn't answer. */
    static Vocabulary of(SqlServer server) throws InterruptedException {
        Map<String, String> tables = new LinkedHashMap<>();
        read(server, "SHOW TABLES;")
                .forEach(row -> tables.put(row.get(0).asText(), row.get(1).asText()));
        Map<String, List<Word>> columns = new LinkedHashMap<>();
        for (String table : tables.keySet()) {
            columns.put(
                    table,
                    read(server, "DESCRIBE " + table + ";").stream()
                            .map(row -> new Word(row.get(0).asText(), row.get(3).asText()))
                            .toList());
        }
        List<String> functions = read(server, "SHOW FUNCTIONS;").stream()
                .map(row -> row.get(0).asText())
                .toList();
        return tables.isEmpty() ? NONE : new Vocabulary(tables, columns, functions);
    }

    private static List<List<JsonNode>> read(SqlServer server, String statement) throws InterruptedException {
        List<List<JsonNode>> all = new ArrayList<>();
        server.answer(statement, Map.of(), new Rows() {
            @Override
            public void begin(List<Column> begun) {}

            @Override
            public void row(List<JsonNode> values) {
                all.add(values);
            }

            @Override
            public void end(Duration took) {}
        });
        return all;
    }
}
