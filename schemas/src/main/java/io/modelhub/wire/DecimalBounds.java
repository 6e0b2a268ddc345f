package io.modelhub.wire;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroTypeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a decimal with more digits than its schema allows. Avro reads one of any size, and stops only when it is to be written
 * again: one hostile record would end whoever sums it up.
 */
interface DecimalBounds {

    DecimalBounds NONE = value -> {};

    /**
     * Looks at every decimal of a value.
     *
     * @throws AvroTypeException one has too many digits
     */
    void check(@Nullable Object value);

    /** What there is to check in values of a schema; {@link #NONE} where it has no decimals. */
    static DecimalBounds of(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> ofFields(schema);
            case UNION ->
                schema.getTypes().stream()
                        .map(DecimalBounds::of)
                        .filter(branch -> branch != NONE)
                        .findFirst()
                        .orElse(NONE);
            case ARRAY -> ofItems(of(schema.getElementType()));
            case MAP -> ofItems(of(schema.getValueType()));
            default ->
                schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? value -> check(value, decimal.getPrecision())
                        : NONE;
        };
    }

    private static DecimalBounds ofFields(Schema schema) {
        List<FieldBounds> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            DecimalBounds bounds = of(field.schema());
            if (bounds != NONE) {
                fields.add(new FieldBounds(field.pos(), bounds));
            }
        }
        return fields.isEmpty()
                ? NONE
                : record -> {
                    if (record instanceof IndexedRecord whole) {
                        for (FieldBounds field : fields) {
                            field.bounds.check(whole.get(field.position));
                        }
                    }
                };
    }

    private static DecimalBounds ofItems(DecimalBounds bounds) {
        return bounds == NONE
                ? NONE
                : items -> {
                    if (items instanceof Collection<?> list) {
                        list.forEach(bounds::check);
                    } else if (items instanceof Map<?, ?> map) {
                        map.values().forEach(bounds::check);
                    }
                };
    }

    /** Looks at the bits first: counting the digits of a number of a million bits takes seconds. */
    private static void check(@Nullable Object value, int precision) {
        if (value instanceof BigDecimal number
                && (number.unscaledValue().bitLength() > 4 * precision || number.precision() > precision)) {
            throw new AvroTypeException("a number has more than %d digits".formatted(precision));
        }
    }

    /** What to check in the field at a position of a record. */
    record FieldBounds(int position, DecimalBounds bounds) {}
}
