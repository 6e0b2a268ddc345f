package io.modelhub.aggregator.sql;

import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.runtime.Bindable;

/**
 * A statement made into code, for all values of its parameters.
 *
 * @param columns of the answer
 * @param parameters types of those that are used, by number
 * @param scans of the stores
 * @param text the operators, for people
 * @param carried objects that the code finds by name
 */
record Plan(
        List<Column> columns,
        Map<Integer, RelDataType> parameters,
        List<StoreScan> scans,
        String text,
        Map<String, Object> carried,
        Bindable<?> code) {

    /** @param ksqlType as ksqlDB names it */
    record Column(String name, RelDataType type, String ksqlType, boolean key) {}
}
