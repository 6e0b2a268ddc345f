package io.modelhub.aggregator.sql;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a statement, all of them.
 *
 * @param queryId unique
 * @param asOf when the stores were asked, by the aggregator's clock. What is read may be about to be committed.
 * @param rows values by column: {@link Boolean}, {@link Number}, {@link String}, null
 * @param missing partitions of {@code modelhub.usage} that could not be read and whose rows are left out, as was allowed
 */
public record SqlAnswer(
        String queryId, Instant asOf, List<Column> columns, List<List<@Nullable Object>> rows, Set<Integer> missing) {

    /**
     * @param type by ksqlDB's name
     * @param key whether it is a key column of a table
     */
    public record Column(String name, String type, boolean key) {}
}
