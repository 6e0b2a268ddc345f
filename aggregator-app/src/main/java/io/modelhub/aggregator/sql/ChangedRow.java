package io.modelhub.aggregator.sql;

import org.jspecify.annotations.Nullable;

/**
 * A row of a table as a record tells it.
 *
 * @param values one for each column of the table
 * @param isFinal whether it can't change any more
 */
record ChangedRow(int partition, long offset, @Nullable Object[] values, boolean isFinal) {}
