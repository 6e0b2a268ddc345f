package io.modelhub.aggregator.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.schema.CallStatus;
import io.modelhub.test.Eventually;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What statements read, what they are refused for, and what of them is bounded. */
class SqlEngineTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant TEN = Instant.parse("2026-11-20T10:00:00Z");
    private static final long LAST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private final RowsByHand rows = new RowsByHand();
    private SqlEngine engine = engine(new SqlLimits(Duration.ofSeconds(30), 100, 1_000, 2, 1 << 30));

    private SqlEngine engine(SqlLimits limits) {
        return new SqlEngine(rows, limits, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void asksTheOwnersOfTheSubjectsThatAreNamed() {
        assertThat(read("SELECT requests FROM USAGE_1M WHERE organization = 'acme'")
                        .subjects())
                .containsExactly("acme");
        assertThat(read("SELECT requests FROM USAGE_1M WHERE 'acme' = organization AND requests > 0")
                        .subjects())
                .containsExactly("acme");
        assertThat(read("SELECT requests FROM USAGE_1M WHERE organization IN ('a', 'b', 'c')")
                        .subjects())
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(
                        read("SELECT requests FROM USAGE_1M WHERE (organization = 'a' AND errors > 1) OR (model = 'm' AND organization = 'b')")
                                .subjects())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(read("SELECT requests FROM USAGE_1M WHERE organization IN ('a', 'b') AND organization IN ('b', 'c')")
                        .subjects())
                .containsExactly("b");
        assertThat(read("SELECT requests FROM KEY_USAGE_1D WHERE api_key = 'k'").subjects())
                .containsExactly("k");
        assertThat(read("SELECT m.provider FROM USAGE_1H u JOIN MODELS m ON m.id = u.model WHERE u.organization = 'a'")
                        .subjects())
                .containsExactly("a");
        assertThat(
                        read("WITH t AS (SELECT organization, SUM(cost) AS cost FROM USAGE_1H GROUP BY organization) SELECT * FROM t WHERE organization = 'a'")
                                .subjects())
                .containsExactly("a");
    }

    @Test
    void asksByTheLiteralsOfEachStatementThoughItsShapeIsKnown() {
        for (String organization : List.of("acme", "o''s", "acme", "bluefin")) {
            for (long start : new long[] {60_000, 120_000}) {
                WindowsRead read = read("SELECT requests FROM USAGE_1M WHERE organization = '%s' AND windowstart = %d"
                        .formatted(organization, start));
                assertThat(read.subjects()).containsExactly(organization.replace("''", "'"));
                assertThat(read.ranges())
                        .containsExactly(new WindowsRead.Range(Series.ORGANIZATION_MINUTES, start, start + 1));
            }
        }
    }

    @Test
    void asksAllWhereTheFilterMayLetOthersPass() {
        for (String filter : List.of(
                "organization = 'a' OR model = 'm'",
                "organization <> 'a'",
                "UPPER(organization) = 'A'",
                "organization LIKE 'a%'",
                "NOT organization = 'a'")) {
            assertThat(read("SELECT requests FROM USAGE_1M WHERE " + filter).subjects())
                    .as(filter)
                    .isEmpty();
        }
    }

    @Test
    void readsTheWindowsThatTheBoundsLeave() {
        assertThat(
                        range(
                                "SELECT 1 FROM USAGE_1M WHERE windowstart >= '2026-11-20T10:00:00Z' AND windowstart < '2026-11-20T11:00:00Z'"))
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_MINUTES, millis(0), millis(3600)));
        assertThat(range("SELECT 1 FROM USAGE_1M WHERE windowstart = " + millis(0)))
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_MINUTES, millis(0), millis(0) + 1));
        assertThat(range("SELECT 1 FROM USAGE_1M WHERE windowstart > UNIX_TIMESTAMP() - 2 * 3600 * 1000"))
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_MINUTES, millis(0) + 1, LAST));
        assertThat(
                        range(
                                "SELECT 1 FROM USAGE_15M WHERE windowend <= '2026-11-20T10:15:00Z' AND windowstart >= '2026-11-20'"))
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_QUARTERS, millis(-36_000), millis(900) + 1));
        assertThat(range("SELECT 1 FROM USAGE_1D WHERE windowstart >= EPOCH_MS('2026-11-20', 'Asia/Kolkata')")
                        .from())
                .isEqualTo(millis(-36_000 - 19_800));
        assertThat(
                        range(
                                "SELECT 1 FROM USAGE_1H WHERE windowstart BETWEEN '2026-11-20T10:00:00Z' AND '2026-11-20T10:59:00Z'"))
                .as("whole hours of the quarters that they are folded from")
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_QUARTERS, millis(0), millis(3600)));
        assertThat(
                        range(
                                "SELECT 1 FROM USAGE_1M WHERE windowstart = '2026-11-20T10:00:00Z' OR windowstart = '2026-11-20T10:05:00Z'"))
                .isEqualTo(new WindowsRead.Range(Series.ORGANIZATION_MINUTES, millis(0), millis(300) + 1));
    }

    @Test
    void cutsDaysAndMonthsByTheOrganizationsZone() {
        rows.catalog(Map.of(), "1", Map.of("india", "Asia/Kolkata"));
        call("india", 9 * 60); // 00:30 of the next day there.
        assertThat(engine.query(
                                "SELECT ISO_TIME(windowstart, 'Asia/Kolkata') AS a, ISO_TIME(windowend, 'Asia/Kolkata') AS b FROM USAGE_1D",
                                Map.of())
                        .rows())
                .containsExactly(List.of("2026-11-21T00:00:00+05:30", "2026-11-22T00:00:00+05:30"));
        assertThat(engine.query(
                                "SELECT ISO_TIME(windowend, 'Asia/Kolkata') AS b FROM USAGE_1MO WHERE organization = 'india'",
                                Map.of())
                        .rows())
                .containsExactly(List.of("2026-12-01T00:00:00+05:30"));
    }

    @Test
    void readsNothingForWhatCannotBe() {
        assertThat(engine.query("SELECT * FROM USAGE_1M WHERE organization = 'a' AND organization = 'b'", Map.of())
                        .rows())
                .isEmpty();
        assertThat(engine.query("SELECT * FROM USAGE_1M WHERE windowstart > 5 AND windowstart < 3", Map.of())
                        .rows())
                .isEmpty();
        assertThat(rows.reads).isEmpty();
    }

    @Test
    void readsTheQuotasOfTheKeysThatAreNamed() {
        engine.query("SELECT * FROM KEY_QUOTAS WHERE api_key IN ('k1', 'k2')", Map.of());
        engine.query("SELECT * FROM KEY_QUOTAS WHERE enabled", Map.of());
        assertThat(rows.quotaReads).containsExactly(Set.of("k1", "k2"), Set.of());
    }

    @Test
    void readsTheEventsOfTheTimeThatIsAskedFor() {
        engine.query("SELECT * FROM QUOTA_EVENTS", Map.of());
        engine.query(
                "SELECT * FROM QUOTA_EVENTS WHERE occurred_at >= '2026-11-20T10:00:00Z' AND api_key = 'k'", Map.of());
        assertThat(rows.eventReads).containsExactly(Instant.parse("2020-01-01T00:00:00Z"), TEN);
    }

    @Test
    void plansOnceForStatementsThatDifferInLiterals() {
        call("a", 0);
        call("b", 0);
        assertThat(value("SELECT organization FROM USAGE_1M WHERE organization = 'a' AND windowstart < 1800000000000"))
                .isEqualTo("a");
        assertThat(value("SELECT organization FROM USAGE_1M WHERE organization = 'b' AND windowstart < '2030-01-01'"))
                .isEqualTo("b");
    }

    @Test
    void readsOneMomentAllOverAStatement() {
        assertThat(value("SELECT UNIX_TIMESTAMP()")).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void leavesSketchesOutOfStar() {
        SqlAnswer answer = engine.query("SELECT * FROM USAGE_1M", Map.of());
        assertThat(answer.columns())
                .extracting(SqlAnswer.Column::name)
                .doesNotContain("LATENCY")
                .hasSize(23);
        assertThat(answer.columns().get(0)).isEqualTo(new SqlAnswer.Column("ORGANIZATION", "STRING", true));
        assertThat(answer.columns().get(12)).isEqualTo(new SqlAnswer.Column("COST", "DECIMAL(38, 12)", false));
    }

    @Test
    void tellsWhereAStatementIsWrong() {
        refused(
                "SELECT organisation FROM USAGE_1M",
                40001,
                "line 1:8: Column 'ORGANISATION' not found in any table; DESCRIBE");
        refused("SELECT *\nFROM nothing", 40001, "line 2:6: Object 'NOTHING' not found; SHOW TABLES");
        refused("SELECT FROM", 40001, "line 1:8:");
        refused(
                "SELECT * FROM USAGE_1M WHERE windowstart > 'yesterday'",
                40001,
                "line 1:44: 'yesterday' is no ISO-8601 time");
        refused(
                "SELECT * FROM USAGE_1M WHERE organization = 5",
                40001,
                "line 1:45: a text is compared with a number; write '5'");
        refused("SELECT latency FROM USAGE_1M", 40001, "line 1:8: LATENCY is a sketch; take APPROX_PERCENTILE");
        refused(
                "SELECT 1 FROM USAGE_1M EMIT CHANGES;",
                40001,
                "a push query (EMIT) has no end; it is answered by POST /query-stream");
        refused("", 40001, "there is no statement");
        call("a", 0);
        refused("SELECT APPROX_PERCENTILE(latency, 95) FROM USAGE_1M", 40001, "a share from 0 to 1");
        refused("SELECT APPROX_PERCENTILE(requests, 0.5) FROM USAGE_1M", 40001, "takes the column LATENCY");
        refused("SELECT DAY_OF(windowstart, 'Mars') FROM USAGE_1M", 40001, "'Mars' is no time zone");
        refused("SELECT requests * 9000000000000000000 * 2 FROM USAGE_1M", 40001, "can't be computed");
    }

    @Test
    void runsNothingButQueriesOverItsTables() {
        for (String statement : List.of(
                "INSERT INTO USAGE_1M VALUES (1)",
                "DELETE FROM USAGE_1M",
                "UPDATE USAGE_1M SET requests = 1",
                "SELECT 1; SELECT 2",
                "DROP TABLE USAGE_1M",
                "SELECT * FROM metadata.TABLES",
                "SELECT * FROM TABLE(RAMP(3))",
                "SELECT CURRENT_USER",
                "SELECT SYSTEM_USER",
                "SELECT JSON_VALUE('{}', '$.a')",
                "SELECT OVERLAY('a' PLACING 'b' FROM 1)",
                "SELECT 'a' SIMILAR TO '(a*)*b'",
                "SELECT 1 FROM USAGE_1M WHERE model LIKE '%a%b%c%d%e%'",
                "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SELECT * FROM t")) {
            refused(statement, 40001, "");
        }
    }

    @Test
    void refusesToScanMoreThanIsAllowed() {
        for (int minute = 0; minute < 101; minute++) {
            call("a", minute);
        }
        refused(
                "SELECT SUM(requests) FROM USAGE_1M",
                40001,
                "scans more than 100 stored windows; name the organizations");
        assertThat(engine.query("SELECT SUM(requests) AS n FROM USAGE_1M", Map.of(SqlEngine.SCANS_ALLOWED, "true"))
                        .rows())
                .containsExactly(List.of(101L));
        engine = engine(new SqlLimits(Duration.ofSeconds(30), 100, 100, 2, 1 << 30));
        assertThatThrownBy(() -> engine.query("SELECT COUNT(*) FROM USAGE_1M", Map.of(SqlEngine.SCANS_ALLOWED, "true")))
                .hasMessageContaining("reads more than 100 stored windows");
    }

    @Test
    void boundsRowsAndJoins() {
        for (int minute = 0; minute < 40; minute++) {
            call("a", minute);
        }
        refused(
                "SELECT COUNT(*) FROM USAGE_1M a, USAGE_1M b",
                40001,
                "the joins of the query make more than 1000 rows");
        refused(
                "SELECT COUNT(*) FROM USAGE_1M a JOIN USAGE_1M b ON a.model = b.model",
                40001,
                "the joins of the query make more than 1000 rows");
        engine = engine(new SqlLimits(Duration.ofSeconds(30), 100, 60, 2, 1 << 30));
        refused(
                "SELECT model FROM USAGE_1M UNION ALL SELECT model FROM USAGE_15M UNION ALL SELECT model FROM USAGE_15M"
                        + " UNION ALL SELECT model FROM USAGE_15M UNION ALL SELECT model FROM USAGE_15M UNION ALL SELECT model FROM USAGE_15M"
                        + " UNION ALL SELECT model FROM USAGE_15M UNION ALL SELECT model FROM USAGE_15M",
                40001,
                "more than 60");
    }

    @Test
    void leavesSketchesOutOfAllColumnsOfATable() {
        call("a", 0);
        assertThat(engine.query("SELECT U.*, 1 AS x FROM USAGE_1M AS u", Map.of())
                        .columns())
                .hasSize(24);
        assertThat(engine.query("SELECT usage_1m.* FROM USAGE_1M", Map.of()).columns())
                .hasSize(23);
        assertThat(engine.query(
                                "SELECT x.n FROM (SELECT a.*, b.requests AS n FROM USAGE_1M a JOIN USAGE_15M b ON a.model = b.model) x",
                                Map.of())
                        .rows())
                .containsExactly(List.of(1L));
        assertThat(engine.query("WITH usage_1d AS (SELECT model FROM USAGE_1M) SELECT u.* FROM usage_1d u", Map.of())
                        .columns())
                .hasSize(1);
        refused("SELECT nobody.* FROM USAGE_1M u", 40001, "NOBODY");
    }

    @Test
    void answersRowsThatStandInTheStatement() {
        assertThat(engine.query("SELECT 1 AS a, 2 AS b, CAST(NULL AS VARCHAR) AS c", Map.of())
                        .rows())
                .containsExactly(Arrays.asList(1, 2, null));
        assertThat(engine.query("SELECT * FROM (VALUES (2, 'b'), (1, 'a')) t(n, x) ORDER BY n", Map.of())
                        .rows())
                .containsExactly(List.of(1, "a"), List.of(2, "b"));
        assertThat(engine.query("SELECT b, a, a + b FROM (VALUES (1, 2)) t(a, b) WHERE a < b", Map.of())
                        .rows())
                .containsExactly(List.of(2, 1, 3));
    }

    /** Asked twice each: the code of a plan that was begun in vain can't be begun again. */
    @Test
    void saysWhatCannotBeComputedWithoutAnyRow() {
        for (String statement : List.of("SELECT 1 / 0", "SELECT MOD(5, 0)", "SELECT 9223372036854775807 + 1")) {
            refused(statement, 40001, "a value can't be computed");
            refused(statement, 40001, "a value can't be computed");
        }
        refused("SELECT LN(-1)", 40001, "a value can't be computed");
        call("a", 0);
        call("a", 1);
        refused("SELECT (SELECT model FROM USAGE_1M)", 40001, "has more than one row");
        refused(
                "SELECT * FROM USAGE_1M WHERE organization IN (%s)"
                        .formatted(IntStream.range(0, 1_500)
                                .mapToObj(i -> "'o" + i + "'")
                                .collect(Collectors.joining(","))),
                40001,
                "too large to be run");
    }

    @Test
    void boundsWhatRowsTakeUntilTheyAreSent() {
        for (int minute = 0; minute < 40; minute++) {
            call("a", minute);
        }
        long most = 2 << 20;
        engine = engine(new SqlLimits(Duration.ofSeconds(30), 100, 1_000_000, 2, most));
        String wide = "SELECT * FROM USAGE_1M a, USAGE_1M b, (VALUES (1), (2), (3)) c(x)";
        refused(wide, 40001, "take more than 2 MB");
        refused(
                "SELECT '%s' || a.model FROM USAGE_1M a, USAGE_1M b".formatted("x".repeat(5_000)),
                40001,
                "take more than 2 MB");
        List<SqlAnswer> unsent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            unsent.add(engine.query("SELECT a.model FROM USAGE_1M a, USAGE_1M b", Map.of()));
        }
        assertThatThrownBy(() -> {
                    while (true) {
                        unsent.add(engine.query("SELECT a.model FROM USAGE_1M a, USAGE_1M b", Map.of()));
                    }
                })
                .isInstanceOfSatisfying(
                        StatementException.class,
                        e -> assertThat(e.code().number()).isEqualTo(42900))
                .hasMessageContaining("rows of other statements take the memory");
        unsent.forEach(SqlAnswer::close);
        assertThat(engine.query("SELECT a.model FROM USAGE_1M a, USAGE_1M b", Map.of())
                        .rows())
                .hasSize(1_600);
    }

    @Test
    void boundsTimeLengthAndDepth() {
        call("a", 0);
        engine = engine(new SqlLimits(Duration.ZERO, 100, 100, 2, 1 << 30));
        refused("SELECT * FROM USAGE_1M", 40001, "took longer than 0 ms");
        refused("SELECT " + "1,".repeat(20_000) + "1", 40001, "longer than 20000 letters");
        refused("SELECT " + "(".repeat(60) + "1" + ")".repeat(60), 40001, "parentheses within each other");
        refused("SELECT " + "CASE WHEN TRUE THEN ".repeat(700) + "1" + " END".repeat(700), 40001, "nested too deep");
        String doubled = "SELECT 'x' AS x0 FROM USAGE_1D";
        for (int i = 0; i < 20; i++) {
            doubled = "SELECT x%d || x%d AS x%d FROM (%s) t".formatted(i, i, i + 1, doubled);
        }
        String growing = doubled;
        assertThatThrownBy(() -> engine(new SqlLimits(Duration.ofMinutes(1), 100, 100, 2, 1 << 30))
                        .query(growing, Map.of()))
                .hasMessageContaining("a text gets longer than 10000 letters");
    }

    @Test
    void turnsStatementsAwayThatAreTooManyAtOnce() throws Exception {
        CountDownLatch reading = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        rows.whenRead = () -> {
            reading.countDown();
            go.await();
        };
        List<CompletableFuture<SqlAnswer>> busy = List.of(later(), later());
        assertThat(reading.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        refused("SELECT 1", 42900, "2 statements are being answered");
        go.countDown();
        for (CompletableFuture<SqlAnswer> one : busy) {
            assertThat(one.get().rows()).isEmpty();
        }
        assertThat(value("SELECT 1")).isEqualTo(1);
    }

    private CompletableFuture<SqlAnswer> later() {
        return CompletableFuture.supplyAsync(() -> engine.query("SELECT * FROM USAGE_1M", Map.of()));
    }

    @Test
    void failsAsAWholeWhereAPartIsAway() {
        rows.away = true;
        refused("SELECT * FROM USAGE_1M", 50302, "partitions [3] are on their way");
    }

    @Test
    void givesNoPercentileOfNoLatency() {
        rows.call(new DocumentedStatements.Call(
                "a", "m", TEN, 1, 1, BigDecimal.ONE, CallStatus.Success, null, null, null));
        assertThat(engine.query(
                                "SELECT organization, APPROX_PERCENTILE(latency, 0.5) AS p50, APPROX_PERCENTILE(latency, 0.9) AS p90 FROM USAGE_1H GROUP BY organization",
                                Map.of())
                        .rows())
                .containsExactly(Arrays.asList("a", null, null));
    }

    @Test
    void answersWithoutAPartWhereThatIsAllowedAndSaysSo() {
        call("a", 0);
        rows.away = true;
        SqlAnswer answer = engine.query("SELECT organization FROM USAGE_1D", Map.of(SqlEngine.PARTIAL, "true"));
        assertThat(answer.rows()).containsExactly(List.of("a"));
        assertThat(answer.missing()).containsExactly(3);
    }

    @Test
    void readsAStandbyCopyWhereThatIsAllowedAndSaysHowFarItIsBehind() {
        call("a", 0);
        rows.away = true;
        rows.standbyLag = 120;
        String statement = "SELECT organization FROM USAGE_1D";
        assertThat(engine.query(statement, Map.of(SqlEngine.STANDBY_READS, true))
                        .positions())
                .containsExactly(new Position(3, 100, true, OptionalLong.of(120)));
        Map<String, Object> within = new HashMap<>(Map.of(SqlEngine.STANDBY_READS, true));
        within.put(SqlEngine.MOST_STANDBY_LAG, 120);
        assertThat(engine.query(statement, within).rows()).hasSize(1);
        within.put(SqlEngine.MOST_STANDBY_LAG, "119");
        assertThatThrownBy(() -> engine.query(statement, within))
                .isInstanceOfSatisfying(
                        StatementException.class,
                        e -> assertThat(e.code().number()).isEqualTo(50302));
        within.put(SqlEngine.MOST_STANDBY_LAG, "few");
        assertThatThrownBy(() -> engine.query(statement, within)).hasMessageContaining("must be a number of offsets");
    }

    @Test
    void describesItsTables() {
        KsqlStatements statements = new KsqlStatements(engine, id -> false);
        assertThat(KsqlStatements.split("SHOW TABLES; DESCRIBE `a;b`;\n-- c;\nEXPLAIN SELECT ';'"))
                .containsExactly("SHOW TABLES;", "DESCRIBE `a;b`;", "-- c;\nEXPLAIN SELECT ';'");
        assertThat((List<?>) statements.answer("show tables;").get("tables")).hasSize(14);
        assertThat(statements.answer("DESCRIBE usage_1m;").toString())
                .contains("name=LATENCY_P95_MS")
                .contains("precision=38");
        assertThat(statements
                        .answer("EXPLAIN SELECT cost FROM USAGE_1D WHERE organization = 'acme';")
                        .toString())
                .contains("USAGE_1D reads ORGANIZATION_DAYS of ORGANIZATION [acme]");
        assertThatThrownBy(() -> statements.answer("DESCRIBE nothing;")).hasMessageContaining("SHOW TABLES");
        assertThatThrownBy(() -> statements.answer("SELECT 1;"))
                .isInstanceOfSatisfying(
                        StatementException.class,
                        e -> assertThat(e.code().number()).isEqualTo(40002));
        assertThatThrownBy(() -> statements.answer("CREATE STREAM s;")).hasMessageContaining("line 1:1");
    }

    private void call(String organization, int minute) {
        rows.call(new DocumentedStatements.Call(
                organization,
                "m",
                TEN.plusSeconds(60L * minute),
                1,
                1,
                BigDecimal.ONE,
                CallStatus.Success,
                100L,
                null,
                null));
    }

    private Object value(String statement) {
        return engine.query(statement, Map.of()).rows().get(0).get(0);
    }

    private WindowsRead read(String statement) {
        rows.reads.clear();
        engine.query(statement, Map.of());
        assertThat(rows.reads).as(statement).hasSize(1);
        return rows.reads.get(0);
    }

    private WindowsRead.Range range(String statement) {
        return read(statement).ranges().get(0);
    }

    private static long millis(int secondsAfterTen) {
        return TEN.plusSeconds(secondsAfterTen).toEpochMilli();
    }

    private void refused(String statement, int code, String message) {
        ThrowingCallable query = () -> engine.query(statement, Map.of());
        assertThatThrownBy(query).as(statement).isInstanceOfSatisfying(StatementException.class, e -> {
            assertThat(e.code().number()).as(statement).isEqualTo(code);
            assertThat(e.reason()).contains(message);
        });
    }
}
