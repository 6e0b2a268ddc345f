package io.modelhub.aggregator.query;

import io.modelhub.aggregator.sum.CallSum;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of figures.
 *
 * @param rows by organization, provider, model, API key, start
 * @param total of all rows; its percentiles come from the merged sketches
 * @param complete whether all that the query covers is still kept
 */
public record UsageRows(List<Row> rows, CallSum total, boolean complete) {

    /**
     * What is not grouped by is null.
     *
     * @param provider null too where the catalog doesn't know the model
     * @param start inclusive
     * @param end exclusive
     */
    public record Row(
            @Nullable String organization,
            @Nullable String provider,
            @Nullable String model,
            @Nullable String apiKey,
            @Nullable Instant start,
            @Nullable Instant end,
            CallSum sum) {}
}
