package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.SqlAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** The forms in which ksqlDB's clients take rows. */
enum SqlFrames {
    /** A line of what the columns are, then one for each row. */
    DELIMITED("application/vnd.ksqlapi.delimited.v1") {
        @Override
        void write(SqlAnswer answer, OutputStream output) throws IOException {
            output.write(json(metadata(answer)));
            output.write('\n');
            for (List<@Nullable Object> row : answer.rows()) {
                output.write(json(row));
                output.write('\n');
            }
        }
    },
    /** One array of the same. */
    ARRAY("application/json") {
        @Override
        void write(SqlAnswer answer, OutputStream output) throws IOException {
            output.write('[');
            output.write(json(metadata(answer)));
            for (List<@Nullable Object> row : answer.rows()) {
                output.write(',');
                output.write(json(row));
            }
            output.write(']');
        }
    },
    /** One array of objects, each with a key that says what it is. */
    ROWS("application/vnd.ksql.v1+json") {
        @Override
        void write(SqlAnswer answer, OutputStream output) throws IOException {
            output.write('[');
            output.write(json(Map.of("header", Map.of("queryId", answer.queryId(), "schema", schema(answer)))));
            for (List<@Nullable Object> row : answer.rows()) {
                output.write(BETWEEN);
                output.write(json(Map.of("row", Map.of("columns", row))));
            }
            output.write(']');
        }
    };

    private static final byte[] BETWEEN = ",\n".getBytes(StandardCharsets.UTF_8);

    /** Decimals are never in scientific notation: clients read them as text. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final String mediaType;

    SqlFrames(String mediaType) {
        this.mediaType = mediaType;
    }

    abstract void write(SqlAnswer answer, OutputStream output) throws IOException;

    String mediaType() {
        return mediaType;
    }

    /**
     * What a client of /query-stream takes; empty for nothing that there is.
     *
     * @param accept the header; null: anything
     */
    static Optional<SqlFrames> ofQueryStream(@Nullable String accept) {
        return accepted(accept, DELIMITED, ARRAY);
    }

    /** What a client of /query takes, to whom JSON has always meant the objects. */
    static Optional<SqlFrames> ofQuery(@Nullable String accept) {
        return accepted(accept, ROWS, ROWS);
    }

    /** The first in the header that there is; weights are not looked at, as ksqlDB's clients send none. */
    private static Optional<SqlFrames> accepted(@Nullable String accept, SqlFrames byDefault, SqlFrames ofJson) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(byDefault);
        }
        for (String range : accept.split(",")) {
            switch (range.replaceFirst(";.*", "").strip()) {
                case "*/*", "application/*", "application/vnd.ksqlapi.delimited.v1" -> {
                    return Optional.of(DELIMITED);
                }
                case "application/vnd.ksql.v1+json" -> {
                    return Optional.of(ROWS);
                }
                case "application/json" -> {
                    return Optional.of(ofJson);
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    static byte[] json(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    static JsonMapper reader() {
        return JSON;
    }

    private static Map<String, Object> metadata(SqlAnswer answer) {
        return Map.of(
                "queryId", answer.queryId(),
                "columnNames",
                        answer.columns().stream().map(SqlAnswer.Column::name).toList(),
                "columnTypes",
                        answer.columns().stream().map(SqlAnswer.Column::type).toList());
    }

    private static String schema(SqlAnswer answer) {
        return answer.columns().stream()
                .map(column -> "`" + column.name() + "` " + column.type() + (column.key() ? " KEY" : ""))
                .collect(Collectors.joining(", "));
    }
}
