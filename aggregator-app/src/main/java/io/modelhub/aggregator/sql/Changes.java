package io.modelhub.aggregator.sql;

import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a table are published as they change.
 *
 * @param topic whose records are rows
 * @param values of a record, one for each column of the table; the first is what most statements ask for one of
 * @param isFinal whether the row can't change any more
 * @param <V> the topic's records
 */
record Changes<V>(
        Function<Topics, Topic<?, V>> topic, List<Function<V, @Nullable Object>> values, Predicate<V> isFinal) {

    @Nullable
    Object[] row(V value) {
        @Nullable Object[] row = new @Nullable Object[values.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = values.get(i).apply(value);
        }
        return row;
    }
}
