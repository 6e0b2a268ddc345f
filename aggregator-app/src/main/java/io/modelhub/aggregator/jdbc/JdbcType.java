package io.modelhub.aggregator.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.List;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.Rep;

/**
 * A type of columns and question marks as JDBC describes it.
 *
 * @param id of {@link Types}
 * @param rep the Java type of its values
 * @param precision digits or letters, 0 for what has none
 */
record JdbcType(int id, String name, Rep rep, int precision, int scale) {

    private static final int MOST_DIGITS = 38;
    private static final int MOST_PLACES = 24;

    /** Those that there are; decimals have any scale up to this one's. */
    static final List<JdbcType> ALL = List.of(
            new JdbcType(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN, 1, 0),
            new JdbcType(Types.INTEGER, "INTEGER", Rep.INTEGER, 10, 0),
            new JdbcType(Types.BIGINT, "BIGINT", Rep.LONG, 19, 0),
            new JdbcType(Types.DECIMAL, "DECIMAL", Rep.NUMBER, MOST_DIGITS, MOST_PLACES),
            new JdbcType(Types.DOUBLE, "DOUBLE", Rep.DOUBLE, 15, 0),
            new JdbcType(Types.VARCHAR, "VARCHAR", Rep.STRING, 10_000, 0));

    /** @param ksqlType for example {@code STRING} or {@code DECIMAL(38, 12)} */
    static JdbcType of(String ksqlType) {
        String[] words = ksqlType.split("[(), ]+");
        String name = words[0].equals("STRING") ? "VARCHAR" : words[0];
        JdbcType type = ALL.stream()
                .filter(known -> known.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no JDBC type for " + ksqlType));
        return words.length < 3
                ? type
                : new JdbcType(type.id, name, type.rep, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    boolean isText() {
        return id == Types.VARCHAR;
    }

    /** A column of an answer. */
    ColumnMetaData column(int ordinal, String label) {
        return new ColumnMetaData(
                ordinal,
                false,
                isText(),
                true,
                false,
                DatabaseMetaData.columnNullableUnknown,
                !isText(),
                precision,
                label,
                label,
                "",
                precision,
                scale,
                "",
                "",
                ColumnMetaData.scalar(id, name, rep),
                true,
                false,
                false,
                rep.clazz.getName());
    }

    AvaticaParameter parameter(int ordinal) {
        return new AvaticaParameter(!isText(), precision, scale, id, name, rep.clazz.getName(), "?" + (ordinal + 1));
    }
}
