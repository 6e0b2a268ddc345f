package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What ksqlDB answers about tables and queries, as rows. */
final class Entities {

    private Entities() {}

    static void show(JsonNode entity, Rows rows) {
        switch (entity.path("@type").asText()) {
            case "tables" -> list(entity.path("tables"), List.of("name", "comment", "topic"), rows);
            case "function_names" -> list(entity.path("functions"), List.of("name", "type"), rows);
            case "sourceDescription" -> {
                rows.begin(Stream.of("COLUMN", "TYPE", "KEY", "COMMENT")
                        .map(Column::text)
                        .toList());
                entity.at("/sourceDescription/fields")
                        .forEach(field -> rows.row(Stream.of(
                                        field.path("name").asText(),
                                        type(field.path("schema")),
                                        field.path("type").asText(),
                                        field.path("comment").asText())
                                .<JsonNode>map(TextNode::valueOf)
                                .toList()));
            }
            case "queryDescription" -> {
                rows.begin(List.of(Column.text("PLAN")));
                entity.at("/queryDescription/executionPlan")
                        .asText()
                        .lines()
                        .forEach(line -> rows.row(List.of(TextNode.valueOf(line))));
            }
            default -> {
                rows.begin(List.of(Column.text("ANSWER")));
                rows.row(List.of(TextNode.valueOf(entity.toString())));
            }
        }
    }

    private static void list(JsonNode entries, List<String> fields, Rows rows) {
        rows.begin(fields.stream()
                .map(field -> Column.text(field.toUpperCase(Locale.ROOT)))
                .toList());
        entries.forEach(entry -> rows.row(fields.stream().map(entry::path).toList()));
    }

    private static String type(JsonNode schema) {
        JsonNode parameters = schema.path("parameters");
        return parameters.isObject()
                ? "%s(%d, %d)"
                        .formatted(
                                schema.path("type").asText(),
                                parameters.path("precision").asInt(),
                                parameters.path("scale").asInt())
                : schema.path("type").asText();
    }
}
