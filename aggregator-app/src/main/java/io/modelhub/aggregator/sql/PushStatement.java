package io.modelhub.aggregator.sql;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * A push query as it is written: {@code SELECT … FROM t [WHERE …] EMIT CHANGES | FINAL [LIMIT n]}.
 *
 * @param select what is asked of each change, by itself
 * @param from where the table stands in the statement
 * @param finalOnly whether a row is told once, when it can't change any more
 * @param limit of rows
 */
record PushStatement(SqlSelect select, SqlParserPos from, boolean finalOnly, OptionalLong limit) {

    private static final Pattern EMIT = Pattern.compile("\\bEMIT\\s+(CHANGES|FINAL)\\b", Pattern.CASE_INSENSITIVE);

    /** Soon looked for, where looking for words takes longer than to read a window. */
    private static final Pattern BEGIN = Pattern.compile("EMIT", Pattern.CASE_INSENSITIVE);

    private static final Pattern TAIL =
            Pattern.compile("\\s*(?:LIMIT\\s+(\\d{1,18})\\s*)?[;\\s]*", Pattern.CASE_INSENSITIVE);

    private static final Set<String> AGGREGATES = Set.of("APPROX_PERCENTILE", "AVG", "COUNT", "MAX", "MIN", "SUM");

    /** Whether the statement asks for changes. */
    static boolean isPush(String text) {
        return BEGIN.matcher(text).find()
                && EMIT.matcher(Dialect.unquoted(text)).find();
    }

    /**
     * Reads a statement that {@link #isPush}.
     *
     * @throws StatementException it asks for more than can be told of each change by itself
     */
    static PushStatement parsed(String text) {
        String unquoted = Dialect.unquoted(text);
        Matcher emit = EMIT.matcher(unquoted);
        if (!emit.find()) {
            throw new IllegalArgumentException("no push query");
        }
        Matcher tail = TAIL.matcher(unquoted).region(emit.end(), unquoted.length());
        if (!tail.matches()) {
            throw Dialect.bad(
                    text,
                    emit.start(),
                    "EMIT %s ends the statement; only LIMIT n comes after it".formatted(emit.group(1)));
        }
        SqlNode parsed = Dialect.parsed(text.substring(0, emit.start()));
        if (!(parsed instanceof SqlSelect select)) {
            throw refused(
                    parsed,
                    parsed.getKind() == SqlKind.ORDER_BY
                            ? "changes come as they happen: leave ORDER BY out, and put LIMIT n after EMIT CHANGES"
                            : "a push query is one SELECT over one table; ask a pull query for the rest");
        }
        checkOnePass(select);
        return new PushStatement(
                select,
                table(select),
                emit.group(1).toUpperCase(Locale.ROOT).equals("FINAL"),
                tail.group(1) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(tail.group(1))));
    }

    private static SqlParserPos table(SqlSelect select) {
        SqlNode from = select.getFrom();
        if (from == null) {
            throw refused(select, "a push query needs a table whose changes it tells: FROM USAGE_1M");
        }
        SqlNode table = from instanceof SqlCall as && as.getKind() == SqlKind.AS ? as.operand(0) : from;
        if (table instanceof SqlIdentifier) {
            return table.getParserPosition();
        }
        throw refused(
                from,
                "a push query tells the changes of one table; join in a pull query, or join what it gives with what you know");
    }

    /** Refuses what needs more than the one row that changed. */
    private static void checkOnePass(SqlSelect select) {
        refuse(
                select.getGroup(),
                "a push query does not group; the table has totals already: take one of longer windows, or a pull query");
        refuse(select.getHaving(), "a push query does not group: put the condition into WHERE");
        refuse(select.getQualify(), "a push query has no window functions; ask a pull query");
        refuse(select.getWindowList(), "a push query has no window functions; ask a pull query");
        if (select.isDistinct()) {
            throw refused(select, "a push query tells each change: leave DISTINCT out");
        }
        SqlBasicVisitor<Void> visitor = new SqlBasicVisitor<>() {
            @Override
            public Void visit(SqlCall call) {
                if (call.isA(SqlKind.QUERY)) {
                    throw refused(call, "a push query has no sub-queries; ask a pull query");
                }
                if (call.getKind() == SqlKind.OVER) {
                    throw refused(call, "a push query has no window functions; ask a pull query");
                }
                String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
                if (AGGREGATES.contains(name)) {
                    throw refused(
                            call,
                            "a push query does not add up: %s needs many rows; take the table's own columns, or a pull query"
                                    .formatted(name));
                }
                return super.visit(call);
            }
        };
        select.getSelectList().accept(visitor);
        if (select.getWhere() != null) {
            select.getWhere().accept(visitor);
        }
    }

    private static void refuse(@Nullable SqlNode part, String advice) {
        if (part != null && !(part instanceof SqlNodeList list && list.isEmpty())) {
            throw refused(part, advice);
        }
    }

    private static StatementException refused(SqlNode at, String advice) {
        SqlParserPos position = at.getParserPosition();
        return StatementException.bad(position.getLineNum(), position.getColumnNum(), advice);
    }
}
