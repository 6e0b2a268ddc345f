package io.modelhub.aggregator.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Decimals of 38 digits, the platform's; averages of whole numbers with a fraction. */
final class Types extends RelDataTypeSystemImpl {

    private static final int DIGITS = 38;

    /** Of the rates of models. */
    private static final int MOST_PLACES = 24;

    /** CHAR(n) is filled up with blanks. */
    private static final int LONGEST_PADDED = 200;

    @Override
    public int getMaxPrecision(SqlTypeName type) {
        return switch (type) {
            case DECIMAL -> DIGITS;
            case CHAR -> LONGEST_PADDED;
            default -> super.getMaxPrecision(type);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
        return type == SqlTypeName.DECIMAL ? MOST_PLACES : super.getMaxScale(type);
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory types, RelDataType argument) {
        return SqlTypeUtil.isDecimal(argument)
                ? nullableLike(argument, types.createSqlType(SqlTypeName.DECIMAL, DIGITS, argument.getScale()), types)
                : super.deriveSumType(types, argument);
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType argument) {
        if (SqlTypeUtil.isDecimal(argument)) {
            return deriveSumType(types, argument);
        }
        return SqlTypeUtil.isExactNumeric(argument)
                ? nullableLike(argument, types.createSqlType(SqlTypeName.DOUBLE), types)
                : super.deriveAvgAggType(types, argument);
    }

    private static RelDataType nullableLike(RelDataType argument, RelDataType type, RelDataTypeFactory types) {
        return types.createTypeWithNullability(type, argument.isNullable());
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true; // Else 'a' beside 'bcd' were padded with blanks.
    }
}
