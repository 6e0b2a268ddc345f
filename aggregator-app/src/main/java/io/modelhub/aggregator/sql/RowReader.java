package io.modelhub.aggregator.sql;

import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.Enumerable;
import org.jspecify.annotations.Nullable;

/** What the code of a plan calls for the rows of a scan. Public because that code is in no package. */
@FunctionalInterface
public interface RowReader {

    Enumerable<@Nullable Object[]> rows(DataContext root);
}
