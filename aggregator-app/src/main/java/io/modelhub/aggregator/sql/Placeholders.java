package io.modelhub.aggregator.sql;

import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/** The question marks of a statement's author. {@link Parameters} are others: what literals become. */
final class Placeholders {

    /** Above the numbers of all {@link Parameters} of a statement. */
    private static final int APART = 1_000_000;

    private Placeholders() {}

    /**
     * The statement with literals in their place, as if its author had written them.
     *
     * @param values {@link String}, {@link Number}, {@link Boolean} or null, in the order of the question marks
     * @throws StatementException there are not as many values, or one can't be a literal
     */
    static SqlNode filled(SqlNode parsed, List<? extends @Nullable Object> values) {
        Filling filling = new Filling(values);
        SqlNode filled = parsed.accept(filling);
        if (filling.seen < values.size()) {
            throw StatementException.bad("%d values were given, and the statement has %d question marks"
                    .formatted(values.size(), filling.seen));
        }
        return filled;
    }

    /** The statement with question marks that no {@link Parameters} are taken for. */
    static SqlNode apart(SqlNode parsed) {
        return parsed.accept(new SqlShuttle() {
            @Override
            public SqlNode visit(SqlDynamicParam placeholder) {
                return new SqlDynamicParam(APART + placeholder.getIndex(), placeholder.getParserPosition());
            }
        });
    }

    /** Whether it is one that was set {@link #apart}. */
    static boolean isOne(SqlDynamicParam parameter) {
        return parameter.getIndex() >= APART;
    }

    private static final class Filling extends SqlShuttle {

        private final List<? extends @Nullable Object> values;
        private int seen;

        Filling(List<? extends @Nullable Object> values) {
            this.values = values;
        }

        @Override
        public SqlNode visit(SqlDynamicParam placeholder) {
            SqlParserPos at = placeholder.getParserPosition();
            if (placeholder.getIndex() >= values.size()) {
                throw StatementException.bad(
                        at.getLineNum(), at.getColumnNum(), "this question mark has no value; write one in its place");
            }
            seen++;
            return literal(values.get(placeholder.getIndex()), at);
        }

        private static SqlNode literal(@Nullable Object value, SqlParserPos at) {
            if (value == null) {
                return SqlLiteral.createNull(at);
            }
            if (value instanceof String text) {
                return SqlLiteral.createCharString(text, at);
            }
            if (value instanceof Boolean truth) {
                return SqlLiteral.createBoolean(truth, at);
            }
            if (value instanceof Double || value instanceof Float) {
                double number = ((Number) value).doubleValue();
                if (Double.isFinite(number)) {
                    return SqlLiteral.createApproxNumeric(Double.toString(number), at);
                }
            } else if (value instanceof Number number) {
                return SqlLiteral.createExactNumeric(new BigDecimal(number.toString()).toPlainString(), at);
            }
            throw StatementException.bad(
                    at.getLineNum(), at.getColumnNum(), "%s can't be a value here".formatted(value));
        }
    }
}
