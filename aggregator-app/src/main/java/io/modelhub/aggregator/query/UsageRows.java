package io.modelhub.aggregator.query;

import io.modelhub.aggregator.window.WindowSum;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link UsageQuery}.
 *
 * @param rows by organization, model, start
 * @param total of all rows; its percentiles come from the merged sketches
 */
public record UsageRows(List<Row> rows, WindowSum total) {

    /**
     * @param organization null where rows are grouped by model
     * @param model null where rows are grouped by organization
     * @param start inclusive; null where rows are grouped
     * @param end exclusive; null where rows are grouped
     */
    public record Row(
            @Nullable String organization,
            @Nullable String model,
            @Nullable Instant start,
            @Nullable Instant end,
            WindowSum sum) {}
}
