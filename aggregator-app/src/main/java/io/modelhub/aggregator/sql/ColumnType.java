package io.modelhub.aggregator.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;

/** Types of columns. */
enum ColumnType {
    STRING {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.VARCHAR);
        }
    },
    BOOLEAN {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.BOOLEAN);
        }
    },
    /** Counts; times in epoch milliseconds. */
    BIGINT {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.BIGINT);
        }
    },
    DOUBLE {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.DOUBLE);
        }
    },
    /** US dollars. */
    AMOUNT {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.DECIMAL, 38, 12);
        }
    },
    /** US dollars per 1,000 tokens. */
    RATE {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.DECIMAL, 38, 24);
        }
    },
    /** A {@link io.modelhub.aggregator.sum.LatencySum}, for {@link ApproxPercentile} alone. */
    SKETCH {
        @Override
        RelDataType notNull(RelDataTypeFactory types) {
            return types.createSqlType(SqlTypeName.ANY);
        }
    };

    abstract RelDataType notNull(RelDataTypeFactory types);

    RelDataType of(RelDataTypeFactory types, boolean nullable) {
        return types.createTypeWithNullability(notNull(types), nullable);
    }
}
