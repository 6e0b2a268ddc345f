package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.SqlAnswer;
import io.modelhub.aggregator.sql.SqlJson;
import io.modelhub.aggregator.sql.StatementException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Writes rows and what is around them, in one of the forms that clients take. For one answer. */
abstract class SqlFrames {

    /** How a push query ends that is not cut off; ksqlDB's words. */
    enum End {
        LIMIT_REACHED("Limit Reached"),
        COMPLETED("Query Completed");

        private final String message;

        End(String message) {
            this.message = message;
        }
    }

    private final OutputStream output;

    private SqlFrames(OutputStream output) {
        this.output = output;
    }

    /** @param token to begin there with a push query */
    abstract void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException;

    /**
     * @param row a JSON array
     * @param token to go on after it with a push query
     */
    abstract void row(byte[] row, Supplier<String> token) throws IOException;

    /** To go on with a push query. */
    abstract void token(String token) throws IOException;

    /** Nothing, so that whoever went away is noticed; {@code token} is where the query stands. */
    abstract void idle(String token) throws IOException;

    /** After the header; it is the last. */
    abstract void failed(StatementException reason, String token) throws IOException;

    abstract void end(End end) throws IOException;

    final void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    final void write(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    static Map<String, Object> metadata(String queryId, List<SqlAnswer.Column> columns) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("queryId", queryId);
        metadata.put("columnNames", columns.stream().map(SqlAnswer.Column::name).toList());
        metadata.put("columnTypes", columns.stream().map(SqlAnswer.Column::type).toList());
        return metadata;
    }

    /** In ksqlDB's shape, with the token to go on from beside it. */
    static Map<String, Object> failure(StatementException reason, String token) {
        Map<String, Object> error = new LinkedHashMap<>(error(reason.code().number(), reason.reason()));
        error.put("continuationToken", token);
        return error;
    }

    static Map<String, Object> error(int code, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("@type", "generic_error");
        error.put("error_code", code);
        error.put("message", message);
        return error;
    }

    static byte[] tokenFrame(String token) {
        return SqlJson.bytes(Map.of("continuationToken", token));
    }

    /** A line of what the columns are, then one for each row. */
    static final class Lines extends SqlFrames {

        Lines(OutputStream output) {
            super(output);
        }

        private void line(byte[] json) throws IOException {
            write(json);
            write("\n");
        }

        @Override
        void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException {
            line(SqlJson.bytes(metadata(queryId, columns)));
        }

        @Override
        void row(byte[] row, Supplier<String> token) throws IOException {
            line(row);
        }

        @Override
        void token(String token) throws IOException {
            line(tokenFrame(token));
        }

        @Override
        void idle(String token) throws IOException {
            write("\n");
        }

        @Override
        void failed(StatementException reason, String token) throws IOException {
            line(SqlJson.bytes(failure(reason, token)));
        }

        @Override
        void end(End end) {}
    }

    /** One array of the same. */
    static final class Array extends SqlFrames {

        Array(OutputStream output) {
            super(output);
        }

        private void element(byte[] json) throws IOException {
            write(",");
            write(json);
        }

        @Override
        void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException {
            write("[");
            write(SqlJson.bytes(metadata(queryId, columns)));
        }

        @Override
        void row(byte[] row, Supplier<String> token) throws IOException {
            element(row);
        }

        @Override
        void token(String token) throws IOException {
            element(tokenFrame(token));
        }

        @Override
        void idle(String token) throws IOException {
            write("\n");
        }

        @Override
        void failed(StatementException reason, String token) throws IOException {
            element(SqlJson.bytes(failure(reason, token)));
            write("]");
        }

        @Override
        void end(End end) throws IOException {
            write("]");
        }
    }

    /** One array of objects, each with a key that says what it is. */
    static class Objects extends SqlFrames {

        static final String BETWEEN = ",\n";

        Objects(OutputStream output) {
            super(output);
        }

        void element(String key, Object value) throws IOException {
            write(BETWEEN);
            write(SqlJson.bytes(Map.of(key, value)));
        }

        void rowElement(byte[] row) throws IOException {
            write("{\"row\":{\"columns\":");
            write(row);
            write("}}");
        }

        static Map<String, Object> headed(String queryId, List<SqlAnswer.Column> columns, boolean keys) {
            String schema = columns.stream()
                    .map(column -> "`" + column.name() + "` " + column.type() + (keys && column.key() ? " KEY" : ""))
                    .collect(Collectors.joining(", "));
            return Map.of("header", Map.of("queryId", queryId, "schema", schema));
        }

        @Override
        void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException {
            write("[");
            write(SqlJson.bytes(headed(queryId, columns, true)));
        }

        @Override
        void row(byte[] row, Supplier<String> token) throws IOException {
            write(BETWEEN);
            rowElement(row);
        }

        @Override
        void token(String token) throws IOException {
            element("continuationToken", Map.of("continuationToken", token));
        }

        @Override
        void idle(String token) throws IOException {
            write("\n");
        }

        @Override
        void failed(StatementException reason, String token) throws IOException {
            element("errorMessage", failure(reason, token));
            write("]");
        }

        @Override
        void end(End end) throws IOException {
            write("]");
        }
    }

    /** The same, each followed by what stands between them at once: a reader by the line has all that there is. */
    static final class PushedObjects extends Objects {

        PushedObjects(OutputStream output) {
            super(output);
        }

        @Override
        void element(String key, Object value) throws IOException {
            write(SqlJson.bytes(Map.of(key, value)));
        }

        @Override
        void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException {
            write("[");
            write(SqlJson.bytes(headed(queryId, columns, false)));
            write(BETWEEN);
        }

        @Override
        void row(byte[] row, Supplier<String> token) throws IOException {
            rowElement(row);
            write(BETWEEN);
        }

        @Override
        void token(String token) throws IOException {
            super.token(token);
            write(BETWEEN);
        }

        @Override
        void end(End end) throws IOException {
            element("finalMessage", end.message);
            write("]");
        }
    }

    /**
     * Server-Sent Events, for browsers: {@code header}, then a message for each row, whose id is the token to go on after it, so
     * that a browser that lost the connection goes on by itself; {@code failure} or {@code end} is the last.
     */
    static final class Events extends SqlFrames {

        Events(OutputStream output) {
            super(output);
        }

        @Override
        void header(String queryId, List<SqlAnswer.Column> columns, Supplier<String> token) throws IOException {
            write("event: header\nid: " + token.get() + "\n");
            data(SqlJson.bytes(metadata(queryId, columns)));
        }

        @Override
        void row(byte[] row, Supplier<String> token) throws IOException {
            write("id: " + token.get() + "\n");
            data(row);
        }

        @Override
        void token(String token) {}

        @Override
        void idle(String token) throws IOException {
            write("id: " + token + "\n\n"); // Is remembered, and makes no event.
        }

        @Override
        void failed(StatementException reason, String token) throws IOException {
            write("event: failure\nid: " + token + "\n");
            data(SqlJson.bytes(failure(reason, token)));
        }

        @Override
        void end(End end) throws IOException {
            write("event: end\n");
            data(SqlJson.bytes(Map.of("finalMessage", end.message)));
        }

        /** JSON has no line ends. */
        private void data(byte[] json) throws IOException {
            write("data: ");
            write(json);
            write("\n\n");
        }
    }
}
