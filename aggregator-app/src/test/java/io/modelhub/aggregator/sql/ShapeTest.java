package io.modelhub.aggregator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    private static final String STATEMENT =
            "SELECT 'a', cost -- it's 7\nFROM USAGE_1M /* 'b' */ WHERE organization = 'o''s' AND windowstart >= 12\n AND cost < 1.5 LIMIT 3;";

    private static final Plan NO_PLAN = new Plan(List.of(), Map.of(), List.of(), "", Map.of(), context -> {
        throw new UnsupportedOperationException("never run");
    });

    @Test
    void textsAndWholeNumbersAreTakenOut() {
        Shape shape = Shape.of(STATEMENT);

        assertThat(shape.text())
                .isEqualTo(
                        "SELECT '', cost -- it's 7\nFROM USAGE_1M /* 'b' */ WHERE organization = '' AND windowstart >= 0\n AND cost < 1.5 LIMIT 0;");
        assertThat(shape.literals().stream().map(Parameters.Literal::value))
                .containsExactly("a", "o's", BigDecimal.valueOf(12), BigDecimal.valueOf(3));
        assertThat(shape.literals().get(1).at()).hasToString("line 2, column 46");
    }

    @Test
    void aStatementThatDiffersInParametersAloneIsKnown() {
        KnownShape known = known(STATEMENT);

        assertThat(
                        known
                                .parametersOf(Shape.of(
                                        STATEMENT.replace("o''s", "other").replace("12", "77")))
                                .orElseThrow()
                                .stream()
                                .map(Parameters.Literal::value))
                .containsExactly("other", BigDecimal.valueOf(77));
        assertThat(known.parametersOf(Shape.of(STATEMENT.replace("'a'", "'x'"))))
                .isEmpty();
        assertThat(known.parametersOf(Shape.of(STATEMENT.replace("LIMIT 3", "LIMIT 4"))))
                .isEmpty();
    }

    /** What is known of a shape must be what the parser makes of each statement of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM USAGE_1M WHERE model IN ('a', 'b''c', '') AND windowstart BETWEEN 1 AND 2",
                "SELECT * FROM USAGE_1M WHERE model = 'a;--b' AND requests = 0007",
                "SELECT * FROM USAGE_1M WHERE model = 'a' OR (requests > 1 AND errors = 1.0) OR model <> 'c'",
                "SELECT * FROM USAGE_1M u JOIN MODELS m ON m.id = u.model AND u.requests > 5 WHERE `MODEL` = '`'",
                "SELECT * FROM USAGE_1M WHERE model = 'a'\n'b'",
                "SELECT organization FROM USAGE_1D GROUP BY organization HAVING SUM(cost) > 20",
                "SELECT *\n\tFROM USAGE_1M\n\tWHERE windowstart >= '2026-11-20' AND model LIKE '%x%'"
            })
    void whatIsKnownIsWhatTheParserSays(String statement) {
        Parameters parameters = Parameters.of(Dialect.parsed(statement));

        assertThat(known(statement).parametersOf(Shape.of(statement)).orElseThrow().stream()
                        .map(Parameters.Literal::value))
                .isEqualTo(parameters.literals().stream()
                        .map(Parameters.Literal::value)
                        .toList());
    }

    /** Their values are not what stands between the quotes of one literal: no other statement may be answered by them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"SELECT * FROM USAGE_1M WHERE model = U&'a'", "SELECT * FROM USAGE_1M WHERE model = _UTF8'a'"})
    void aTextThatIsMoreThanItsLettersIsParsedEachTime(String statement) {
        assertThat(KnownShape.of(
                        Shape.of(statement),
                        Parameters.of(Dialect.parsed(statement)).literals(),
                        "",
                        NO_PLAN))
                .isEmpty();
    }

    private static KnownShape known(String statement) {
        SqlNode parsed = Dialect.parsed(statement);
        return KnownShape.of(Shape.of(statement), Parameters.of(parsed).literals(), "", NO_PLAN)
                .orElseThrow();
    }
}
