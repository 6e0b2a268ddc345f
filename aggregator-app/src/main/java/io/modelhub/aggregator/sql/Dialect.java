package io.modelhub.aggregator.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/**
 * Reads statements as ksqlDB's are written: names in any case, in backticks where they must be quoted. Tools of JDBC put them into
 * double quotes; a statement that has some outside of texts is read so.
 */
final class Dialect {

    static final SqlConformance CONFORMANCE = SqlConformanceEnum.LENIENT;

    static final int MOST_LETTERS = 20_000;

    /** Of parentheses within each other: the parser goes down for each. */
    private static final int MOST_NESTED = 40;

    private static final SqlParser.Config PARSER = SqlParser.config()
            .withUnquotedCasing(Casing.TO_UPPER)
            .withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(false)
            .withConformance(CONFORMANCE)
            .withIdentifierMaxLength(200);

    private static final Pattern QUOTED =
            Pattern.compile("'[^']*'|`[^`]*`|\"[^\"]*\"|--[^\n]*|/\\*[^*]*\\*+(?:[^/*][^*]*\\*+)*/");

    private Dialect() {}

    /** @throws StatementException it is no query */
    static SqlNode parsed(String text) {
        String statement = text.replaceFirst("[;\\s]+$", "");
        if (statement.isBlank()) {
            throw StatementException.bad("there is no statement; send for example SELECT * FROM USAGE_1D LIMIT 10;");
        }
        if (statement.length() > MOST_LETTERS) {
            throw StatementException.bad("the statement is longer than %d letters".formatted(MOST_LETTERS));
        }
        String unquoted = unquoted(statement);
        checkNesting(statement, unquoted);
        try {
            SqlNode parsed = SqlParser.create(statement, PARSER.withQuoting(quoting(statement)))
                    .parseQuery();
            if (!parsed.isA(SqlKind.QUERY)) {
                throw StatementException.bad(1, 1, "only SELECT is answered; " + parsed.getKind() + " is not");
            }
            return parsed;
        } catch (SqlParseException e) {
            if (PushStatement.isPush(statement)) {
                throw StatementException.bad(
                        "a push query (EMIT) has no end; it is answered by POST /query-stream and POST /query");
            }
            throw refused(e);
        }
    }

    private static Quoting quoting(String statement) {
        Matcher quoted = QUOTED.matcher(statement);
        while (quoted.find()) {
            if (quoted.group().startsWith("\"")) {
                return Quoting.DOUBLE_QUOTE;
            }
        }
        return Quoting.BACK_TICK;
    }

    /** With blanks in the place of texts, quoted names and comments, so that each letter keeps its place. */
    static String unquoted(String statement) {
        StringBuilder result = new StringBuilder(statement);
        Matcher quoted = QUOTED.matcher(statement);
        while (quoted.find()) {
            for (int i = quoted.start(); i < quoted.end(); i++) {
                result.setCharAt(i, ' ');
            }
        }
        return result.toString();
    }

    private static void checkNesting(String statement, String unquoted) {
        int depth = 0;
        for (int i = 0; i < unquoted.length(); i++) {
            char letter = unquoted.charAt(i);
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (depth > MOST_NESTED) {
                throw bad(statement, i, "more than %d parentheses within each other".formatted(MOST_NESTED));
            }
        }
    }

    /** @param at index of the letter that is at fault */
    static StatementException bad(String statement, int at, String message) {
        String before = statement.substring(0, at);
        int line = 1 + (int) before.chars().filter(letter -> letter == '\n').count();
        return StatementException.bad(line, at - before.lastIndexOf('\n'), message);
    }

    private static StatementException refused(SqlParseException e) {
        if (e.getCause() instanceof StackOverflowError || e.getMessage() == null) {
            return StatementException.bad("the statement is nested too deep; take it apart by WITH");
        }
        String what = e.getMessage().lines().findFirst().orElse("it can't be read");
        SqlParserPos at = e.getPos();
        String message = what.replaceFirst(" at line \\d+, column \\d+\\.?$", "");
        return at == null
                ? StatementException.bad(message)
                : StatementException.bad(at.getLineNum(), at.getColumnNum(), message);
    }

    /** A statement that can be read and means nothing. */
    static StatementException refused(CalciteContextException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Rolled up column")) {
            message =
                    "LATENCY is a sketch; take APPROX_PERCENTILE(LATENCY, 0.95) of it, in the SELECT that names the table";
        } else if (message.startsWith("Object '")) {
            message += "; SHOW TABLES tells what there is";
        } else if (message.startsWith("Column '") && message.endsWith("not found in any table")) {
            message += "; DESCRIBE tells a table's columns";
        } else if (message.startsWith("No match found for function")) {
            message += "; SHOW FUNCTIONS tells what there is";
        }
        return StatementException.bad(e.getPosLine(), e.getPosColumn(), message);
    }
}
