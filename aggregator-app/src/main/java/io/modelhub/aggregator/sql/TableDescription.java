package io.modelhub.aggregator.sql;

import java.util.List;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;

/** A table for people and tools. */
public record TableDescription(String name, String comment, List<Column> columns) {

    /** @param type by ksqlDB's name */
    public record Column(String name, String type, boolean nullable, String comment) {}

    /** All tables, with the columns that can be selected: sketches can't. */
    public static List<TableDescription> all() {
        JavaTypeFactoryImpl types = new JavaTypeFactoryImpl(new Types());
        return Schema.tables().stream()
                .map(table -> new TableDescription(
                        table.name(),
                        table.comment(),
                        table.columns().stream()
                                .filter(column -> column.type() != ColumnType.SKETCH)
                                .map(column -> new Column(
                                        column.name(),
                                        KsqlTypes.name(column.type().of(types, column.nullable())),
                                        column.nullable(),
                                        column.comment()))
                                .toList()))
                .toList();
    }
}
