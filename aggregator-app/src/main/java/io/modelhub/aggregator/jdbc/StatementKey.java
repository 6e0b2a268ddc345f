package io.modelhub.aggregator.jdbc;

import org.apache.calcite.avatica.Meta;

/**
 * A statement of a connection. Connections name themselves; statements get their numbers from us.
 */
record StatementKey(String connection, int number) {

    static StatementKey of(Meta.StatementHandle handle) {
        return new StatementKey(handle.connectionId, handle.id);
    }

    /** By which the SQL engine knows what runs for it. */
    String queryId() {
        return "jdbc_" + connection + "_" + number;
    }
}
