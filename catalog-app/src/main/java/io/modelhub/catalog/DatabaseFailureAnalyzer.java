package io.modelhub.catalog;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends a start, or a command, that PostgreSQL does not let in with its reason instead of a stack trace. */
final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    /** Classes of SQL states: no connection, no authorization, no such database. */
    private static final Set<String> NOT_LET_IN = Set.of("08", "28", "3D");

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        String state = cause.getSQLState();
        if (state == null || state.length() < 2 || !NOT_LET_IN.contains(state.substring(0, 2))) {
            return null;
        }
        return new FailureAnalysis(
                "The database can't be reached: " + cause.getMessage(),
                "Set spring.datasource.url, .username and .password (or SPRING_DATASOURCE_PASSWORD in the environment)"
                        + " to an existing database of a PostgreSQL that is up.",
                cause);
    }
}
