package io.modelhub.aggregator.sql;

import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** What the code of a plan runs in: where its scans get their rows. */
interface Execution extends DataContext {

    Enumerable<@Nullable Object[]> rows(StoreScan.Reader scan);

    @Override
    default @Nullable SchemaPlus getRootSchema() {
        return null;
    }

    @Override
    default JavaTypeFactory getTypeFactory() {
        throw new UnsupportedOperationException("plans make no types");
    }

    @Override
    default QueryProvider getQueryProvider() {
        throw new UnsupportedOperationException("plans make no queries");
    }
}
