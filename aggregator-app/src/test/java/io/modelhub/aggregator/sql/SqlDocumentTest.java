package io.modelhub.aggregator.sql;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** The document's statements over rows that the test puts there; {@code SqlIT} runs them against the app. */
class SqlDocumentTest {

    private static final LocalDate DAY = LocalDate.parse("2026-11-20");

    @Test
    void answersEachStatementOfTheDocument() throws Exception {
        DocumentedStatements document = new DocumentedStatements(DAY, YearMonth.from(DAY));
        RowsByHand rows = new RowsByHand();
        rows.catalog(DocumentedStatements.MODELS, DocumentedStatements.RATE, DocumentedStatements.ZONES);
        rows.key(DocumentedStatements.KEY, "acme").key(DocumentedStatements.OTHER_KEY, "acme");
        document.calls().forEach(rows::call);
        SqlEngine engine = new SqlEngine(
                rows,
                new SqlLimits(Duration.ofMinutes(1), 50_000, 100_000, 2, 1 << 30),
                Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC));
        Map<String, String> statements = document.statements();
        SoftAssertions.assertSoftly(softly -> statements.forEach((title, statement) -> softly.check(
                () -> document.check(title, engine.query(statement, Map.of()).rows()))));
    }
}
