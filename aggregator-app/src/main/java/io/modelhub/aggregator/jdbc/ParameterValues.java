package io.modelhub.aggregator.jdbc;

import io.modelhub.aggregator.sql.StatementException;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/** Values that clients set for question marks, as the SQL engine takes them. */
final class ParameterValues {

    private ParameterValues() {}

    /** @throws StatementException one is of a type that columns don't have */
    static List<@Nullable Object> of(List<TypedValue> sent) {
        List<@Nullable Object> values = new ArrayList<>();
        for (TypedValue value : sent) {
            values.add(value == null || value.value == null ? null : value(value));
        }
        return values;
    }

    private static Object value(TypedValue sent) {
        return switch (sent.type) {
            case STRING, CHARACTER, PRIMITIVE_CHAR -> String.valueOf(sent.value);
            case JAVA_SQL_TIMESTAMP, JAVA_SQL_DATE, JAVA_SQL_TIME, JAVA_UTIL_DATE ->
                // Clients shift them by their own time zone and don't say which that is.
                throw StatementException.badRequest(
                        "a time is set as a number, epoch milliseconds, or as a text: '2026-11-20T10:00:00Z'");
            default -> {
                Object local = sent.toLocal();
                if (local instanceof Number || local instanceof Boolean) {
                    yield local;
                }
                throw StatementException.badRequest(
                        "a value of type %s can't be set; there are texts, numbers and booleans".formatted(sent.type));
            }
        };
    }
}
