package io.modelhub.aggregator.sql;

import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.impl.ScalarFunctionImpl;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values of expressions that are the same for all rows: texts as {@link String}, whole numbers as {@link Long}. What is left out is
 * merely not used to read less.
 *
 * @param parameters by their index
 */
record Constants(List<? extends @Nullable Object> parameters) {

    Optional<Object> valueOf(RexNode expression) {
        if (expression instanceof RexLiteral literal) {
            return whole(
                    SqlTypeUtil.inCharFamily(literal.getType())
                            ? literal.getValueAs(String.class)
                            : SqlTypeUtil.isNumeric(literal.getType()) ? literal.getValueAs(BigDecimal.class) : null);
        }
        if (expression instanceof RexDynamicParam parameter) {
            return whole(parameters.get(parameter.getIndex()));
        }
        return expression instanceof RexCall call ? valueOf(call) : Optional.empty();
    }

    private Optional<Object> valueOf(RexCall call) {
        List<Object> operands = new ArrayList<>();
        for (RexNode operand : call.getOperands()) {
            Optional<Object> value = valueOf(operand);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            operands.add(value.get());
        }
        return switch (call.getKind()) {
            case CAST ->
                SqlTypeUtil.isExactNumeric(call.getType()) == operands.get(0) instanceof Long
                        ? Optional.of(operands.get(0))
                        : Optional.empty();
            case PLUS, CHECKED_PLUS -> number(operands, Math::addExact);
            case MINUS, CHECKED_MINUS -> number(operands, Math::subtractExact);
            case TIMES, CHECKED_TIMES -> number(operands, Math::multiplyExact);
            default -> called(call, operands);
        };
    }

    private interface Arithmetic {
        long of(long left, long right);
    }

    private static Optional<Object> number(List<Object> operands, Arithmetic arithmetic) {
        try {
            return operands.size() == 2 && operands.get(0) instanceof Long left && operands.get(1) instanceof Long right
                    ? Optional.of(arithmetic.of(left, right))
                    : Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.empty(); // The filter itself says that it is out of range.
        }
    }

    /** Our own functions depend on their operands alone. */
    private static Optional<Object> called(RexCall call, List<Object> operands) {
        if (call.getOperator() instanceof SqlUserDefinedFunction function
                && function.getFunction() instanceof ScalarFunctionImpl implementation) {
            try {
                return whole(implementation.method.invoke(null, operands.toArray()));
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof StatementException refused) {
                    throw refused;
                }
                throw new IllegalStateException(e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    private static Optional<Object> whole(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            try {
                return Optional.of(number.longValueExact());
            } catch (ArithmeticException e) {
                return Optional.empty();
            }
        }
        if (value instanceof Number number && !(value instanceof Double)) {
            return Optional.of(number.longValue());
        }
        return value instanceof String ? Optional.of(value) : Optional.empty();
    }
}
