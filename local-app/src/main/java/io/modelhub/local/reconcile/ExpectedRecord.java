package io.modelhub.local.reconcile;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What the fields of a result must be. A field that isn't named may be anything. */
final class ExpectedRecord {

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    ExpectedRecord with(String field, @Nullable Object value) {
        fields.put(field, value);
        return this;
    }

    /** The field must be within 1 % of a value, the stated error of the latency sketch. */
    ExpectedRecord near(String field, long exact) {
        return with(field, new Near(exact));
    }

    /** Names each field that is otherwise. */
    void compare(String topic, String key, SpecificRecord found, Consumer<Difference> differences) {
        compare(topic, key, "", found, differences);
    }

    /** @param prefix of the names of the fields, where the record is a part of another one */
    void compare(String topic, String key, String prefix, SpecificRecord found, Consumer<Difference> differences) {
        fields.forEach((field, expected) -> {
            Object there = found.get(found.getSchema().getField(field).pos());
            if (!isAsExpected(expected, there)) {
                differences.accept(new Difference(topic, key, prefix + field, text(expected), text(there)));
            }
        });
    }

    private static boolean isAsExpected(@Nullable Object expected, @Nullable Object found) {
        if (expected == null || found == null) {
            return expected == found;
        }
        if (expected instanceof BigDecimal amount) {
            return found instanceof BigDecimal other && amount.compareTo(other) == 0;
        }
        return expected instanceof Near near ? near.holds(found) : expected.equals(found);
    }

    private static String text(@Nullable Object value) {
        return value instanceof BigDecimal amount ? amount.toPlainString() : String.valueOf(value);
    }

    /** @param exact the true value */
    private record Near(long exact) {

        /** Relative accuracy of the sketch. */
        private static final double ERROR = 0.01;

        /** What two floating point operations may add to it. */
        private static final double SLACK = 1e-9;

        boolean holds(Object found) {
            return found instanceof Double value && Math.abs(value - exact) <= exact * (ERROR + SLACK) + SLACK;
        }

        @Override
        public String toString() {
            return exact + " within 1 %";
        }
    }
}
