package io.modelhub.aggregator.sql;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table.
 *
 * @param name in upper case
 * @param key whether it is part of what a row is found by
 * @param comment what it says, for people
 * @param value of a row; of the class that Calcite keeps values of the type in
 * @param <R> the table's rows
 */
record Column<R>(
        String name,
        ColumnType type,
        boolean key,
        boolean nullable,
        String comment,
        Function<R, @Nullable Object> value) {

    static <R> Column<R> key(String name, ColumnType type, String comment, Function<R, @Nullable Object> value) {
        return new Column<>(name, type, true, false, comment, value);
    }

    static <R> Column<R> of(String name, ColumnType type, String comment, Function<R, @Nullable Object> value) {
        return new Column<>(name, type, false, false, comment, value);
    }

    static <R> Column<R> nullable(String name, ColumnType type, String comment, Function<R, @Nullable Object> value) {
        return new Column<>(name, type, false, true, comment, value);
    }
}
