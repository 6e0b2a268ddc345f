package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DatabaseFailureAnalyzerTest {

    private final DatabaseFailureAnalyzer analyzer = new DatabaseFailureAnalyzer();

    @ParameterizedTest
    @CsvSource({
        "08001, Connection to 127.0.0.1:5432 refused.",
        "08004, 'The server requested SCRAM-based authentication, but no password was provided.'",
        "28P01, password authentication failed for user modelhub",
        "3D000, database modelhub does not exist"
    })
    void saysWhyTheDatabaseDoesNotLetTheCatalogIn(String state, String message) {
        FailureAnalysis analysis =
                analyzer.analyze(new IllegalStateException("bean flyway", new SQLException(message, state)));

        assertThat(analysis.getDescription()).isEqualTo("The database can't be reached: " + message);
        assertThat(analysis.getAction()).contains("spring.datasource.url");
    }

    @Test
    void leavesOtherFailuresOfTheDatabaseToThoseWhoReadStackTraces() {
        assertThat(analyzer.analyze(new IllegalStateException(new SQLException("syntax error", "42601"))))
                .isNull();
        assertThat(analyzer.analyze(new IllegalStateException(new SQLException("unknown"))))
                .isNull();
    }
}
