package io.modelhub.aggregator.jdbc;

import io.modelhub.aggregator.sql.TableDescription;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.MetaImpl;
import org.jspecify.annotations.Nullable;

/**
 * What tools ask to list tables and columns. There are no catalogs and no schemas, so that the names tools make are plain ones. The
 * columns of each answer are those that {@link DatabaseMetaData} lays down.
 */
final class JdbcMetadata {

    /** @param rows values by column */
    record Answer(List<ColumnMetaData> columns, List<List<@Nullable Object>> rows) {}

    private static final String TABLE = "TABLE";

    private static final List<ColumnMetaData> CATALOG_COLUMNS = described("TABLE_CAT");
    private static final List<ColumnMetaData> SCHEMA_COLUMNS = described("TABLE_SCHEM", "TABLE_CATALOG");
    private static final List<ColumnMetaData> TABLE_TYPE_COLUMNS = described("TABLE_TYPE");

    private static final List<ColumnMetaData> TABLE_COLUMNS = described(
            "TABLE_CAT",
            "TABLE_SCHEM",
            "TABLE_NAME",
            "TABLE_TYPE",
            "REMARKS",
            "TYPE_CAT",
            "TYPE_SCHEM",
            "TYPE_NAME",
            "SELF_REFERENCING_COL_NAME",
            "REF_GENERATION");

    private static final List<ColumnMetaData> COLUMN_COLUMNS = described(
            "TABLE_CAT",
            "TABLE_SCHEM",
            "TABLE_NAME",
            "COLUMN_NAME",
            "DATA_TYPE int",
            "TYPE_NAME",
            "COLUMN_SIZE int",
            "BUFFER_LENGTH int",
            "DECIMAL_DIGITS int",
            "NUM_PREC_RADIX int",
            "NULLABLE int",
            "REMARKS",
            "COLUMN_DEF",
            "SQL_DATA_TYPE int",
            "SQL_DATETIME_SUB int",
            "CHAR_OCTET_LENGTH int",
            "ORDINAL_POSITION int",
            "IS_NULLABLE",
            "SCOPE_CATALOG",
            "SCOPE_SCHEMA",
            "SCOPE_TABLE",
            "SOURCE_DATA_TYPE short",
            "IS_AUTOINCREMENT",
            "IS_GENERATEDCOLUMN");

    private static final List<ColumnMetaData> TYPE_COLUMNS = described(
            "TYPE_NAME",
            "DATA_TYPE int",
            "PRECISION int",
            "LITERAL_PREFIX",
            "LITERAL_SUFFIX",
            "CREATE_PARAMS",
            "NULLABLE short",
            "CASE_SENSITIVE boolean",
            "SEARCHABLE short",
            "UNSIGNED_ATTRIBUTE boolean",
            "FIXED_PREC_SCALE boolean",
            "AUTO_INCREMENT boolean",
            "LOCAL_TYPE_NAME",
            "MINIMUM_SCALE short",
            "MAXIMUM_SCALE short",
            "SQL_DATA_TYPE int",
            "SQL_DATETIME_SUB int",
            "NUM_PREC_RADIX int");

    private static final List<TableDescription> TABLES = TableDescription.all().stream()
            .sorted(Comparator.comparing(TableDescription::name))
            .toList();

    private JdbcMetadata() {}

    static Answer catalogs() {
        return new Answer(CATALOG_COLUMNS, List.of());
    }

    static Answer schemas() {
        return new Answer(SCHEMA_COLUMNS, List.of());
    }

    static Answer tableTypes() {
        return new Answer(TABLE_TYPE_COLUMNS, List.of(row(TABLE)));
    }

    /**
     * @param name a pattern of LIKE; null for all
     * @param types null for all
     */
    static Answer tables(@Nullable String name, @Nullable List<String> types) {
        Pattern wanted = pattern(name);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        if (types == null || types.isEmpty() || types.contains(TABLE)) {
            for (TableDescription table : TABLES) {
                if (wanted.matcher(table.name()).matches()) {
                    rows.add(row(null, null, table.name(), TABLE, table.comment(), null, null, null, null, null));
                }
            }
        }
        return new Answer(TABLE_COLUMNS, rows);
    }

    /** @param tableName a pattern of LIKE; null for all; columnName as well */
    static Answer columnsOf(@Nullable String tableName, @Nullable String columnName) {
        Pattern wantedTable = pattern(tableName);
        Pattern wantedColumn = pattern(columnName);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (TableDescription table : TABLES) {
            if (wantedTable.matcher(table.name()).matches()) {
                for (int i = 0; i < table.columns().size(); i++) {
                    if (wantedColumn.matcher(table.columns().get(i).name()).matches()) {
                        rows.add(column(table.name(), table.columns().get(i), i + 1));
                    }
                }
            }
        }
        return new Answer(COLUMN_COLUMNS, rows);
    }

    private static List<@Nullable Object> column(String table, TableDescription.Column column, int position) {
        JdbcType type = JdbcType.of(column.type());
        return row(
                null,
                null,
                table,
                column.name(),
                type.id(),
                type.name(),
                type.precision(),
                null,
                type.isText() ? null : type.scale(),
                type.isText() ? null : 10,
                column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
                column.comment(),
                null,
                null,
                null,
                type.isText() ? type.precision() : null,
                position,
                column.nullable() ? "YES" : "NO",
                null,
                null,
                null,
                null,
                "NO",
                "NO");
    }

    static Answer types() {
        return new Answer(
                TYPE_COLUMNS, JdbcType.ALL.stream().map(JdbcMetadata::type).toList());
    }

    private static List<@Nullable Object> type(JdbcType type) {
        String quote = type.isText() ? "'" : null;
        return row(
                type.name(),
                type.id(),
                type.precision(),
                quote,
                quote,
                null,
                (short) DatabaseMetaData.typeNullable,
                type.isText(),
                (short) DatabaseMetaData.typeSearchable,
                false,
                false,
                false,
                null,
                (short) 0,
                (short) type.scale(),
                null,
                null,
                type.isText() ? null : 10);
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    /** @param names with their types where they are no texts */
    private static List<ColumnMetaData> described(String... names) {
        List<ColumnMetaData> columns = new ArrayList<>();
        for (String name : names) {
            String[] words = name.split(" ");
            Class<?> type = switch (words.length == 1 ? "" : words[1]) {
                case "int" -> Integer.class;
                case "short" -> Short.class;
                case "boolean" -> Boolean.class;
                default -> String.class;
            };
            columns.add(MetaImpl.columnMetaData(words[0], columns.size(), type, true));
        }
        return List.copyOf(columns);
    }

    /** SQL's % and _, with \\ before one that stands for itself. */
    private static Pattern pattern(@Nullable String like) {
        if (like == null || like.isEmpty()) {
            return Pattern.compile(".*");
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < like.length(); i++) {
            char letter = like.charAt(i);
            if (letter == '\\' && i + 1 < like.length()) {
                regex.append(Pattern.quote(like.substring(++i, i + 1)));
            } else {
                regex.append(letter == '%' ? ".*" : letter == '_' ? "." : Pattern.quote(String.valueOf(letter)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }
}
