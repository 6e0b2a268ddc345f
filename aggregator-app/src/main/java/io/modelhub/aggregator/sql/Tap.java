package io.modelhub.aggregator.sql;

import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/**
 * The code of a plan that filters and projects one table, asked of one row at a time: the code pulls rows, and stops at the end of
 * what there is, but goes on where there is more. For one thread at a time.
 */
final class Tap implements Execution {

    private final Map<String, @Nullable Object> values;
    private final Clock clock;
    private final Enumerator<?> passing;
    private @Nullable Object @Nullable [] next;

    /** @param constants the values of the plan's parameters */
    Tap(Plan plan, Constants constants, Clock clock) {
        this.values = new HashMap<>(plan.carried());
        for (int i = 0; i < constants.parameters().size(); i++) {
            values.put("?" + i, constants.parameters().get(i));
        }
        this.clock = clock;
        try {
            this.passing = plan.code().bind(this).enumerator();
        } catch (LinkageError e) {
            throw SqlEngine.refusal(e);
        }
    }

    /**
     * What the statement makes of a row; null where it doesn't let it pass.
     *
     * @param row a value for each column of the table
     */
    @Nullable
    List<@Nullable Object> passed(@Nullable Object[] row) {
        next = row;
        if (!passing.moveNext()) {
            return null;
        }
        return passing.current() instanceof @Nullable Object[] projected
                ? Arrays.asList(projected)
                : Collections.singletonList(passing.current());
    }

    @Override
    public Enumerable<@Nullable Object[]> rows(StoreScan.Reader scan) {
        return new AbstractEnumerable<>() {
            @Override
            public Enumerator<@Nullable Object[]> enumerator() {
                return new Rows(scan.fields());
            }
        };
    }

    /** UNIX_TIMESTAMP() is the moment at which a row is looked at. */
    @Override
    public @Nullable Object get(String name) {
        return name.equals(Parameters.NOW_NAME) ? (Object) clock.millis() : values.get(name);
    }

    private final class Rows implements Enumerator<@Nullable Object[]> {

        private final int[] fields;
        private @Nullable Object[] current = {};

        Rows(int[] fields) {
            this.fields = fields;
        }

        @Override
        public @Nullable Object[] current() {
            return current;
        }

        @Override
        public boolean moveNext() {
            if (next == null) {
                return false;
            }
            current = new @Nullable Object[fields.length];
            for (int i = 0; i < fields.length; i++) {
                current[i] = next[fields[i]];
            }
            next = null;
            return true;
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException("changes come once");
        }

        @Override
        public void close() {}
    }
}
