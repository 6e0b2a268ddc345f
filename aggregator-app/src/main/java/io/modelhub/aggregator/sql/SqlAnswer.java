package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.Position;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a statement, all of them. Whoever has sent them closes it.
 *
 * @param queryId unique
 * @param asOf when the stores were asked, by the aggregator's clock
 * @param positions how far each partition's usage records are in the rows; none for partitions, and tables, that weren't asked for windows
 * @param missing partitions of {@code modelhub.usage} that could not be read and whose rows are left out, as was allowed
 * @param isCommitted whether nothing in the rows is still about to be committed
 * @param rows values by column: {@link Boolean}, {@link Number}, {@link String}, null
 * @param memory that the rows take
 */
public record SqlAnswer(
        String queryId,
        Instant asOf,
        List<Position> positions,
        Set<Integer> missing,
        boolean isCommitted,
        List<Column> columns,
        List<List<@Nullable Object>> rows,
        RowMemory.Share memory)
        implements AutoCloseable {

    /** Its rows don't count any more. */
    @Override
    public void close() {
        memory.close();
    }

    /**
     * @param type by ksqlDB's name
     * @param key whether it is a key column of a table
     */
    public record Column(String name, String type, boolean key) {}
}
