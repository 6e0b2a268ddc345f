package io.modelhub.aggregator.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/**
 * Takes the literals that columns are compared with out of a statement, so that statements that differ in them alone share a plan. A
 * text that a BIGINT column is compared with is read as a time.
 */
final class Parameters {

    /** The moment of the statement; UNIX_TIMESTAMP() is the same all over it. */
    private static final int NOW = 0;

    /** By which the code of a plan asks for it. */
    static final String NOW_NAME = "?" + NOW;

    private static final Set<SqlKind> COMPARISONS = Set.of(
            SqlKind.EQUALS,
            SqlKind.NOT_EQUALS,
            SqlKind.LESS_THAN,
            SqlKind.LESS_THAN_OR_EQUAL,
            SqlKind.GREATER_THAN,
            SqlKind.GREATER_THAN_OR_EQUAL,
            SqlKind.IN,
            SqlKind.NOT_IN,
            SqlKind.BETWEEN);

    /** A pattern is made into a regular expression, whose time grows with the wildcards. */
    private static final int MOST_WILDCARDS = 4;

    private static final SqlFunction CONCAT = new SqlUnresolvedFunction(
            new SqlIdentifier("CONCAT", SqlParserPos.ZERO),
            null,
            null,
            null,
            null,
            SqlFunctionCategory.USER_DEFINED_FUNCTION);

    /** @param value a text or a whole number */
    record Literal(Object value, SqlParserPos at) {}

    private final SqlNode statement;
    private final List<Literal> literals;

    private Parameters(SqlNode statement, List<Literal> literals) {
        this.statement = statement;
        this.literals = literals;
    }

    static Parameters of(SqlNode parsed) {
        List<Literal> literals = new ArrayList<>();
        SqlNode rewritten = parsed.accept(new Rewriting(literals));
        return new Parameters(rewritten, literals);
    }

    /** The statement with question marks in the place of its literals. */
    SqlNode statement() {
        return statement;
    }

    /** What stood there, in their order. */
    List<Literal> literals() {
        return literals;
    }

    /**
     * The values of question marks.
     *
     * @param literals what stood there
     * @param types by number; those that the plan doesn't use are missing
     * @throws StatementException a literal can't be of the type of its column
     */
    static List<@Nullable Object> values(List<Literal> literals, Map<Integer, RelDataType> types, long now) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(now);
        for (Literal literal : literals) {
            RelDataType type = types.get(values.size());
            values.add(type == null ? null : value(literal, type));
        }
        return values;
    }

    private static Object value(Literal literal, RelDataType type) {
        if (literal.value instanceof String text) {
            if (SqlTypeUtil.inCharFamily(type)) {
                return text;
            }
            if (type.getSqlTypeName() == SqlTypeName.BIGINT) {
                try {
                    return TimeFunctions.epochMs(text);
                } catch (StatementException e) {
                    throw at(literal, e.reason());
                }
            }
        }
        if (literal.value instanceof BigDecimal number) {
            if (SqlTypeUtil.inCharFamily(type)) {
                throw at(literal, "a text is compared with a number; write '%s'".formatted(number.toPlainString()));
            }
            if (SqlTypeUtil.isApproximateNumeric(type)) {
                return number.doubleValue();
            }
            if (SqlTypeUtil.isDecimal(type)) {
                return number;
            }
            if (SqlTypeUtil.isExactNumeric(type)) {
                return number.longValueExact();
            }
        }
        throw at(literal, "'%s' can't be compared with a %s".formatted(literal.value, KsqlTypes.name(type)));
    }

    private static StatementException at(Literal literal, String message) {
        return StatementException.bad(literal.at.getLineNum(), literal.at.getColumnNum(), message);
    }

    private static final class Rewriting extends SqlShuttle {

        private final List<Literal> literals;

        Rewriting(List<Literal> literals) {
            this.literals = literals;
        }

        @Override
        public @Nullable SqlNode visit(SqlCall call) {
            SqlNode rewritten = super.visit(call);
            if (rewritten instanceof SqlSelect select) {
                select.setWhere(extracted(select.getWhere()));
                select.setHaving(extracted(select.getHaving()));
            } else if (rewritten instanceof SqlJoin join && join.getCondition() != null) {
                join.setOperand(5, extracted(join.getCondition()));
            } else if (rewritten instanceof SqlBasicCall plain) {
                return function(plain);
            }
            return rewritten;
        }

        private @Nullable SqlNode extracted(@Nullable SqlNode condition) {
            return condition == null ? null : condition.accept(new Extraction(literals));
        }

        private static SqlNode function(SqlBasicCall call) {
            if (call.getOperator() instanceof SqlFunction function
                    && function.getName().toUpperCase(Locale.ROOT).equals("UNIX_TIMESTAMP")
                    && call.operandCount() == 0) {
                return SqlStdOperatorTable.CAST.createCall(
                        call.getParserPosition(),
                        new SqlDynamicParam(NOW, call.getParserPosition()),
                        KsqlTypes.bigint(call.getParserPosition()));
            }
            if (call.getOperator() == SqlStdOperatorTable.CONCAT) {
                return CONCAT.createCall(call.getParserPosition(), call.getOperandList());
            }
            if (call.getKind() == SqlKind.LIKE && !isCheap(call.operand(1))) {
                SqlParserPos at = call.getParserPosition();
                throw StatementException.bad(
                        at.getLineNum(),
                        at.getColumnNum(),
                        "the pattern of LIKE must be a text with at most %d of %% and _".formatted(MOST_WILDCARDS));
            }
            return call;
        }

        private static boolean isCheap(SqlNode pattern) {
            return pattern instanceof SqlDynamicParam // Its value is looked at when it has one.
                    || pattern instanceof SqlCharStringLiteral literal
                            && text(literal)
                                            .chars()
                                            .filter(letter -> letter == '%' || letter == '_')
                                            .count()
                                    <= MOST_WILDCARDS;
        }
    }

    private static final class Extraction extends SqlShuttle {

        private final List<Literal> literals;

        Extraction(List<Literal> literals) {
            this.literals = literals;
        }

        @Override
        public @Nullable SqlNode visit(SqlCall call) {
            if (call.isA(SqlKind.QUERY)) {
                return call; // It has been rewritten on its own.
            }
            if (COMPARISONS.contains(call.getKind())
                    && call.getOperandList().stream().anyMatch(SqlIdentifier.class::isInstance)) {
                for (int i = 0; i < call.operandCount(); i++) {
                    call.setOperand(i, extracted(call.operand(i)));
                }
            }
            return super.visit(call);
        }

        private SqlNode extracted(SqlNode operand) {
            if (operand instanceof SqlNodeList list) {
                return new SqlNodeList(list.stream().map(this::extracted).toList(), list.getParserPosition());
            }
            if (operand instanceof SqlCharStringLiteral literal) {
                return parameter(text(literal), literal.getParserPosition());
            }
            if (operand instanceof SqlNumericLiteral literal && literal.isInteger()) {
                BigDecimal number = literal.bigDecimalValue();
                return number == null || number.toBigInteger().bitLength() > 63
                        ? literal
                        : parameter(number, literal.getParserPosition());
            }
            return operand;
        }

        private SqlDynamicParam parameter(Object value, SqlParserPos at) {
            literals.add(new Literal(value, at));
            return new SqlDynamicParam(literals.size(), at); // 0 is the moment of the statement.
        }
    }

    private static String text(SqlCharStringLiteral literal) {
        return literal.getValueAs(NlsString.class).getValue();
    }
}
