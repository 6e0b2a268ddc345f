package io.modelhub.aggregator.sql;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.sum.LatencySum;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.calcite.schema.impl.AggregateFunctionImpl;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.validate.SqlUserDefinedAggFunction;
import org.apache.calcite.util.Optionality;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate {@code APPROX_PERCENTILE(LATENCY, p)}: merges the sketches of all rows, so that the result is within
 * {@link LatencySum#RELATIVE_ACCURACY} of the true percentile of all their calls. Null where none was measured.
 */
public final class ApproxPercentile {

    static final String NAME = "APPROX_PERCENTILE";

    static final SqlUserDefinedAggFunction FUNCTION = new SqlUserDefinedAggFunction(
            new SqlIdentifier(NAME, SqlParserPos.ZERO),
            SqlKind.MAX, // The validator lets a rolled up column into SUM, AVG, COUNT, MIN and MAX alone; no rule
            // rewrites MAX.
            ReturnTypes.DOUBLE.andThen(SqlTypeTransforms.FORCE_NULLABLE), // Of no measured latency there is none.
            InferTypes.FIRST_KNOWN,
            OperandTypes.operandMetadata(
                    List.of(SqlTypeFamily.ANY, SqlTypeFamily.NUMERIC),
                    types -> List.of(types.createSqlType(SqlTypeName.ANY), types.createSqlType(SqlTypeName.DOUBLE)),
                    position -> position == 0 ? "latency" : "share",
                    position -> false),
            requireNonNull(AggregateFunctionImpl.create(ApproxPercentile.class)),
            false,
            false,
            Optionality.FORBIDDEN);

    /** Sketches merged so far. */
    public static final class Merged {
        private final LatencySum sum = new LatencySum();
        private double quantile;
    }

    public Merged init() {
        return new Merged();
    }

    /**
     * @param latencies of a row: the column LATENCY
     * @param share 0 to 1, the same for all rows
     */
    public Merged add(Merged merged, Object latencies, Object share) {
        if (!(latencies instanceof LatencySum sum)) {
            throw StatementException.bad("%s takes the column LATENCY, of which sketches are kept".formatted(NAME));
        }
        merged.quantile = ((Number) share).doubleValue();
        if (!(merged.quantile >= 0 && merged.quantile <= 1)) {
            throw StatementException.bad(
                    "%s takes a share from 0 to 1, for example 0.95; it was given %s".formatted(NAME, share));
        }
        merged.sum.add(sum);
        return merged;
    }

    public @Nullable Double result(Merged merged) {
        OptionalDouble latency = merged.sum.quantileMs(merged.quantile);
        return latency.isPresent() ? latency.getAsDouble() : null;
    }
}
