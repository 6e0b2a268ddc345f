package io.modelhub.aggregator.sql;

import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Types by the names that ksqlDB's clients know, and values as they are written in JSON. */
final class KsqlTypes {

    private KsqlTypes() {}

    static SqlDataTypeSpec bigint(SqlParserPos at) {
        return new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.BIGINT, at), at);
    }

    /** @throws StatementException values of the type can't be answered */
    static String name(RelDataType type) {
        String base = base(type);
        return base.equals("DECIMAL") ? "DECIMAL(%d, %d)".formatted(type.getPrecision(), type.getScale()) : base;
    }

    /** The type as DESCRIBE gives it. */
    static Map<String, @Nullable Object> schema(RelDataType type) {
        Map<String, @Nullable Object> schema = new TreeMap<>();
        schema.put("type", base(type));
        schema.put("fields", null);
        schema.put("memberSchema", null);
        if (base(type).equals("DECIMAL")) {
            schema.put("parameters", Map.of("precision", type.getPrecision(), "scale", type.getScale()));
        }
        return schema;
    }

    private static String base(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "BOOLEAN";
            case TINYINT, SMALLINT, INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DECIMAL -> "DECIMAL";
            case FLOAT, REAL, DOUBLE -> "DOUBLE";
            case CHAR, VARCHAR, NULL -> "STRING";
            case ANY -> "SKETCH"; // Only DESCRIBE tells of it: it is in no answer.
            default ->
                throw StatementException.bad(
                        "a column of type %s can't be answered; convert it by CAST, or leave it out"
                                .formatted(type.getSqlTypeName()));
        };
    }
}
