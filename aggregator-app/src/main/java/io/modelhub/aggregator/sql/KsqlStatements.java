package io.modelhub.aggregator.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.jspecify.annotations.Nullable;

/** Answers the statements about tables and queries, in the entities that ksqlDB's clients know. */
public final class KsqlStatements {

    private static final Pattern SHOW =
            Pattern.compile("(?:SHOW|LIST)\\s+([A-Z]+)(?:\\s+EXTENDED)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DESCRIBE =
            Pattern.compile("DESCRIBE\\s+(?:EXTENDED\\s+)?`?(\\w+)`?(?:\\s+EXTENDED)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXPLAIN =
            Pattern.compile("EXPLAIN\\s+(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern TERMINATE = Pattern.compile("TERMINATE\\s+([\\w-]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUERY =
            Pattern.compile("(?:SELECT|WITH|VALUES)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final SqlEngine engine;
    private final Predicate<String> closing;
    private final RelDataTypeFactory types = new JavaTypeFactoryImpl(new Types());

    /** @param closing ends the query of an id; false where there is none */
    public KsqlStatements(SqlEngine engine, Predicate<String> closing) {
        this.engine = engine;
        this.closing = closing;
    }

    /** The statements of a text, which end with semicolons. */
    public static List<String> split(String text) {
        String unquoted = Dialect.unquoted(text);
        List<String> statements = new ArrayList<>();
        int begin = 0;
        for (int end = unquoted.indexOf(';'); end >= 0; end = unquoted.indexOf(';', begin)) {
            statements.add(text.substring(begin, end + 1).strip());
            begin = end + 1;
        }
        if (!text.substring(begin).isBlank()) {
            statements.add(text.substring(begin).strip());
        }
        return statements;
    }

    /**
     * Answers one statement.
     *
     * @throws StatementException it isn't answered, and says why
     */
    public Map<String, @Nullable Object> answer(String statement) {
        String bare = statement.replaceFirst("[;\\s]+$", "").strip();
        Matcher show = SHOW.matcher(bare);
        if (show.matches()) {
            return show(statement, show.group(1).toUpperCase(Locale.ROOT));
        }
        Matcher describe = DESCRIBE.matcher(bare);
        if (describe.matches()) {
            return description(statement, describe.group(1));
        }
        Matcher explain = EXPLAIN.matcher(bare);
        if (explain.matches()) {
            // Places in the query are told as places in the statement.
            String before = bare.substring(0, explain.start(1)).replaceAll("\\S", " ");
            return explanation(statement, before + explain.group(1));
        }
        Matcher terminate = TERMINATE.matcher(bare);
        if (terminate.matches()) {
            return termination(statement, terminate.group(1));
        }
        if (QUERY.matcher(bare).matches()) {
            throw new StatementException(
                    StatementException.Code.QUERY_ENDPOINT,
                    "queries are answered by POST /query-stream and POST /query, not by /ksql");
        }
        throw StatementException.bad(
                1,
                1,
                "only SHOW TABLES, SHOW FUNCTIONS, DESCRIBE, EXPLAIN and TERMINATE are answered here; nothing can be changed by SQL");
    }

    private Map<String, @Nullable Object> show(String statement, String what) {
        return switch (what) {
            case "TABLES" ->
                entity(
                        "tables",
                        statement,
                        "tables",
                        Schema.tables().stream().map(KsqlStatements::listed).toList());
            case "STREAMS" -> entity("streams", statement, "streams", List.of());
            case "QUERIES" -> entity("queries", statement, "queries", List.of());
            case "FUNCTIONS" ->
                entity(
                        "function_names",
                        statement,
                        "functions",
                        Schema.functions().stream()
                                .map(KsqlStatements::function)
                                .toList());
            default ->
                throw StatementException.bad(
                        1, 6, "there is no SHOW %s; there are TABLES and FUNCTIONS".formatted(what));
        };
    }

    private static Map<String, @Nullable Object> function(String name) {
        boolean aggregate = name.equals(ApproxPercentile.NAME)
                || List.of("AVG", "COUNT", "MAX", "MIN", "SUM").contains(name);
        return new LinkedHashMap<>(Map.of("name", name, "type", aggregate ? "AGGREGATE" : "SCALAR"));
    }

    private static Map<String, @Nullable Object> listed(StoreTable<?> table) {
        Map<String, @Nullable Object> listed = new LinkedHashMap<>();
        listed.put("type", "TABLE");
        listed.put("name", table.name());
        listed.put("topic", table.topic());
        listed.put("keyFormat", keyFormat(table));
        listed.put("valueFormat", "AVRO");
        listed.put("isWindowed", table.isWindowed());
        listed.put("comment", table.comment());
        return listed;
    }

    private static String keyFormat(StoreTable<?> table) {
        return table.isWindowed() ? "AVRO" : "KAFKA";
    }

    private Map<String, @Nullable Object> description(String statement, String name) {
        StoreTable<?> table = Schema.table(name)
                .orElseThrow(() -> StatementException.bad("there is no table %s; SHOW TABLES tells what there is"
                        .formatted(name.toUpperCase(Locale.ROOT))));
        Map<String, @Nullable Object> source = new LinkedHashMap<>();
        source.put("name", table.name());
        source.put("windowType", table.isWindowed() ? "TUMBLING" : null);
        source.put("readQueries", List.of());
        source.put("writeQueries", List.of());
        source.put("fields", table.columns().stream().map(this::field).toList());
        source.put("type", "TABLE");
        source.put("timestamp", "");
        source.put("statistics", "");
        source.put("errorStats", "");
        source.put("extended", false);
        source.put("keyFormat", keyFormat(table));
        source.put("valueFormat", "AVRO");
        source.put("topic", table.topic());
        source.put("partitions", 0);
        source.put("replication", 0);
        source.put("statement", "");
        source.put("queryOffsetSummaries", List.of());
        source.put("sourceConstraints", List.of());
        source.put("comment", table.comment());
        return entity("sourceDescription", statement, "sourceDescription", source);
    }

    private Map<String, @Nullable Object> field(Column<?> column) {
        Map<String, @Nullable Object> field =
                field(column.name(), KsqlTypes.schema(column.type().of(types, column.nullable())), column.key());
        field.put("comment", column.comment());
        return field;
    }

    private Map<String, @Nullable Object> explanation(String statement, String query) {
        SqlEngine.Explanation explanation = engine.explain(query);
        Map<String, @Nullable Object> description = new LinkedHashMap<>();
        description.put("id", "");
        description.put("statementText", query.strip());
        description.put("windowType", null);
        description.put(
                "fields",
                explanation.columns().stream()
                        .map(column -> field(column.name(), KsqlTypes.schema(column.type()), column.key()))
                        .toList());
        description.put("sources", explanation.sources());
        description.put("sinks", List.of());
        description.put("topology", "");
        description.put("executionPlan", explanation.text());
        description.put("overriddenProperties", Map.of());
        description.put("ksqlHostQueryStatus", Map.of());
        description.put("queryType", PushQueries.isPush(query) ? "PUSH" : "PULL");
        description.put("queryErrors", List.of());
        description.put("tasksMetadata", List.of());
        description.put("state", null);
        return entity("queryDescription", statement, "queryDescription", description);
    }

    private Map<String, @Nullable Object> termination(String statement, String queryId) {
        if (!closing.test(queryId)) {
            throw StatementException.bad("no query with id " + queryId);
        }
        Map<String, @Nullable Object> entity = entity("terminate_query", statement, "queryId", queryId);
        entity.put("wasTerminated", true);
        return entity;
    }

    private static Map<String, @Nullable Object> field(String name, Object schema, boolean key) {
        Map<String, @Nullable Object> field = new LinkedHashMap<>();
        field.put("name", name);
        field.put("schema", schema);
        if (key) {
            field.put("type", "KEY");
        }
        return field;
    }

    private static Map<String, @Nullable Object> entity(String type, String statement, String name, Object value) {
        Map<String, @Nullable Object> entity = new LinkedHashMap<>();
        entity.put("@type", type);
        entity.put("statementText", statement);
        entity.put(name, value);
        entity.put("warnings", List.of());
        return entity;
    }
}
