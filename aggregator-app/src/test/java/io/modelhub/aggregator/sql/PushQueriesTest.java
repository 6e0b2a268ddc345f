package io.modelhub.aggregator.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.changes.ChangeLog;
import io.modelhub.schema.UsageWindow;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What push queries tell, of the past and of what comes; what ends them, and how another one goes on. */
class PushQueriesTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Map<String, String> EARLIEST = Map.of(PushQueries.OFFSET_RESET, "earliest");

    private final TopicByHand topic = new TopicByHand(Topics.USAGE_1M.name());
    private final PushQueries queries = queries(new PushLimits(2, 1_000_000, 10_000, 0.05));

    private volatile long lag;

    private PushQueries queries(PushLimits limits) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        SqlEngine engine =
                new SqlEngine(new RowsByHand(), new SqlLimits(Duration.ofSeconds(30), 100, 1_000, 2, 1 << 30), clock);
        return new PushQueries(
                engine,
                TopicByHand.topics(),
                definition -> new ChangeLog(definition, topic::consumer),
                limits,
                () -> lag,
                clock);
    }

    @Test
    void tellsEachChangeOnceFromThePastOnWhileMoreCome() throws Exception {
        int before = 4_000;
        int meanwhile = 3_000;
        for (int i = 0; i < before; i++) {
            topic.add(i % 6, window("acme", i, false));
        }
        Thread writer = new Thread(() -> {
            for (int i = before; i < before + meanwhile; i++) {
                topic.add(i % 6, window("acme", i, false));
                Thread.onSpinWait();
            }
        });
        List<Long> told = new ArrayList<>();
        try (PushQuery query =
                queries.start("SELECT requests FROM USAGE_1M EMIT CHANGES", EARLIEST, Optional.empty())) {
            writer.start();
            while (told.size() < before + meanwhile) {
                numbers(rows(query)).forEach(told::add);
            }
            writer.join();
            topic.add(0, window("acme", -1, false));
            List<Long> last = numbers(nonEmpty(query));
            assertThat(last).as("nothing came twice").containsExactly(-1L);
        }
        assertThat(told).doesNotHaveDuplicates().hasSize(before + meanwhile);
        for (int partition = 0; partition < 6; partition++) {
            int in = partition;
            assertThat(told.stream().filter(number -> number % 6 == in)).isSorted();
        }
    }

    @Test
    void tellsEachChangeWhileItGivesWayToTheCounting() throws Exception {
        lag = Long.MAX_VALUE;
        PushQueries yielding = queries(new PushLimits(2, 1_000_000, 10_000, 1));
        IntStream.range(0, 2_000).forEach(i -> topic.add(i % 6, window("acme", i, false)));
        String statement = "SELECT requests FROM USAGE_1M EMIT CHANGES";
        try (PushQuery fromThePast = yielding.start(statement, EARLIEST, Optional.empty());
                PushQuery fromNow = yielding.start(statement, Map.of(), Optional.empty())) {
            IntStream.range(2_000, 4_000).forEach(i -> topic.add(i % 6, window("acme", i, false)));
            List<Long> past = new ArrayList<>();
            while (past.size() < 4_000) {
                past.addAll(numbers(rows(fromThePast)));
            }
            List<Long> now = new ArrayList<>();
            while (now.size() < 2_000) {
                now.addAll(numbers(rows(fromNow)));
            }
            assertThat(past).doesNotHaveDuplicates().hasSize(4_000);
            assertThat(now).doesNotHaveDuplicates().hasSize(2_000);
        }
    }

    @Test
    void goesOnAfterAnyRow() throws Exception {
        for (int i = 0; i < 30; i++) {
            topic.add(i % 6, window(i % 2 == 0 ? "acme" : "other", i, false));
        }
        String statement = "SELECT requests FROM USAGE_1M WHERE organization = 'acme' EMIT CHANGES";
        List<Long> all;
        List<String> tokens = new ArrayList<>();
        try (PushQuery query = queries.start(statement, EARLIEST, Optional.empty())) {
            PushQuery.Rows rows = nonEmpty(query);
            all = numbers(rows);
            for (int i = 0; i < all.size(); i++) {
                tokens.add(rows.tokens().after(i));
            }
            assertThat(rows.token()).isEqualTo("USAGE_1M@5.5.5.5.5.5");
        }
        assertThat(all).hasSize(15);
        for (int i = 0; i < all.size(); i++) {
            try (PushQuery query = queries.start(statement, Map.of(), Optional.of(tokens.get(i)))) {
                List<Long> rest = new ArrayList<>();
                while (rest.size() < all.size() - 1 - i) {
                    rest.addAll(numbers(nonEmpty(query)));
                }
                assertThat(rest).containsExactlyInAnyOrderElementsOf(all.subList(i + 1, all.size()));
            }
        }
    }

    @Test
    void tellsWhatComesFromNowOnToEachThatAsks() throws Exception {
        topic.add(1, window("acme", 1, false));
        try (PushQuery one = queries.start(
                        "SELECT requests AS n FROM USAGE_1M WHERE organization = 'acme' EMIT CHANGES",
                        Map.of(),
                        Optional.empty());
                PushQuery other = queries.start(
                        "select * from usage_1m where requests > 2 emit changes;", Map.of(), Optional.empty())) {
            assertThat(one.columns()).containsExactly(new SqlAnswer.Column("N", "BIGINT", false));
            assertThat(other.columns()).hasSize(23);
            topic.add(1, window("acme", 2, false));
            topic.add(1, window("elsewhere", 3, false));
            assertThat(texts(nonEmpty(one))).containsExactly("[2]");
            assertThat(texts(nonEmpty(other)))
                    .containsExactly(
                            "[\"elsewhere\",\"m\",3,60003,3,0,0,0,0,0,0,0,1.500000000000,0,0,2,30,10,15.0,20,10.1,19.9,19.9]");
        }
    }

    @Test
    void tellsARowOnceWhenItIsFinal() throws Exception {
        topic.add(0, window("acme", 1, false));
        topic.add(0, window("acme", 2, true));
        try (PushQuery query = queries.start("SELECT requests FROM USAGE_1M EMIT FINAL", EARLIEST, Optional.empty())) {
            assertThat(numbers(nonEmpty(query))).containsExactly(2L);
        }
    }

    @Test
    void endsAtTheLimit() throws Exception {
        IntStream.range(0, 10).forEach(i -> topic.add(2, window("acme", i, false)));
        try (PushQuery query =
                queries.start("SELECT requests FROM USAGE_1M EMIT CHANGES LIMIT 4;", EARLIEST, Optional.empty())) {
            PushQuery.Rows rows = nonEmpty(query);
            assertThat(numbers(rows)).containsExactly(0L, 1L, 2L, 3L);
            assertThat(rows.token())
                    .isEqualTo("USAGE_1M@0.0.4.0.0.0")
                    .isEqualTo(rows.tokens().after(3));
            assertThat(query.next()).isEqualTo(new PushQuery.LimitReached());
        }
    }

    @Test
    void cutsOffAReaderThatDoesNotKeepUp() throws Exception {
        PushQueries tight = queries(new PushLimits(2, 10_000, 10_000, 0.05));
        String statement = "SELECT requests FROM USAGE_1M EMIT CHANGES";
        String token;
        try (PushQuery query = tight.start(statement, Map.of(), Optional.empty())) {
            for (int i = 0; i < 2_000; i++) {
                topic.add(i % 6, window("acme", i, false));
            }
            PushQuery.Next next = query.next();
            while (next instanceof PushQuery.Rows) {
                Thread.sleep(20); // Slower than the others are read.
                next = query.next();
            }
            PushQuery.Failed failed = (PushQuery.Failed) next;
            assertThat(failed.reason().code().number()).isEqualTo(42901);
            token = failed.token();
        }
        try (PushQuery query = tight.start(statement, Map.of(), Optional.of(token))) {
            assertThat(nonEmpty(query).rows()).isNotEmpty();
        }
    }

    @Test
    void tellsWhatCannotBeComputed() throws Exception {
        topic.add(0, window("acme", 0, false));
        try (PushQuery query =
                queries.start("SELECT errors / requests FROM USAGE_1M EMIT CHANGES", EARLIEST, Optional.empty())) {
            assertThat(query.next())
                    .isInstanceOfSatisfying(
                            PushQuery.Failed.class,
                            failed -> assertThat(failed.reason().reason()).contains("can't be computed"));
        }
    }

    @Test
    void looksAtTheClockForEachChange() throws Exception {
        topic.add(0, window("acme", 7, false));
        try (PushQuery query = queries.start(
                "SELECT UNIX_TIMESTAMP() FROM USAGE_1M WHERE windowstart < UNIX_TIMESTAMP() EMIT CHANGES",
                EARLIEST,
                Optional.empty())) {
            assertThat(numbers(nonEmpty(query))).containsExactly(NOW.toEpochMilli());
        }
    }

    /** Whatever it is refused for, its place is free again. */
    @Test
    void refusesAtOnceWhatCannotBeComputedForAnyRow() {
        for (int i = 0; i < 5; i++) {
            refused(
                    () -> queries.start(
                            "SELECT requests, 1 / 0 AS x FROM USAGE_1M EMIT CHANGES", Map.of(), Optional.empty()),
                    40001,
                    "a value can't be computed");
        }
        queries.start("SELECT requests FROM USAGE_1M EMIT CHANGES", Map.of(), Optional.empty())
                .close();
    }

    @Test
    void runsSoManyAndNoMore() {
        String statement = "SELECT requests FROM USAGE_1M EMIT CHANGES";
        PushQuery one = queries.start(statement, Map.of(), Optional.empty());
        PushQuery two = queries.start(statement, Map.of(), Optional.empty());
        refused(() -> queries.start(statement, Map.of(), Optional.empty()), 40003, "2 push queries");
        one.close();
        one.close();
        queries.start(statement, Map.of(), Optional.empty()).close();
        two.close();
        refused(
                () -> queries.start(statement, Map.of(PushQueries.OFFSET_RESET, "first"), Optional.empty()),
                40000,
                "earliest or latest");
        refused(() -> queries.start(statement, Map.of(), Optional.of("USAGE_1M@x")), 40000, "can't be read");
        refused(() -> queries.start(statement, Map.of(), Optional.of("USAGE_1M@1.2")), 40000, "can't be read");
        refused(() -> queries.start(statement, Map.of(), Optional.of("USAGE_1D@0.0.0.0.0.0")), 40000, "of USAGE_1D");
        queries.start(statement, Map.of(), Optional.empty()).close();
        queries.start(statement, Map.of(), Optional.empty()).close();
    }

    @Test
    void saysThatChangesInBetweenAreGone() {
        IntStream.range(0, 10).forEach(i -> topic.add(0, window("acme", i, false)));
        topic.deleteBefore(5);
        String statement = "SELECT requests FROM USAGE_1M EMIT CHANGES";
        refused(() -> queries.start(statement, Map.of(), Optional.of("USAGE_1M@4.5.5.5.5.5")), 40000, "no longer kept");
        refused(
                () -> queries.start(statement, Map.of(), Optional.of("USAGE_1M@11.5.5.5.5.5")),
                40000,
                "no longer kept");
    }

    @Test
    void endsAllWhenItStops() throws Exception {
        PushQuery query = queries.start("SELECT requests FROM USAGE_1M EMIT CHANGES", Map.of(), Optional.empty());
        queries.stop();
        assertThat(query.next()).isInstanceOfSatisfying(PushQuery.Failed.class, failed -> {
            assertThat(failed.reason().code().number()).isEqualTo(50303);
            assertThat(failed.token()).isEqualTo("USAGE_1M@0.0.0.0.0.0");
        });
        refused(
                () -> queries.start("SELECT * FROM USAGE_1M EMIT CHANGES", Map.of(), Optional.empty()),
                50303,
                "stopping");
    }

    @Test
    void closesWhatItsClientClosed() throws Exception {
        try (PushQuery query =
                queries.start("SELECT requests FROM USAGE_1M EMIT CHANGES", Map.of(), Optional.empty())) {
            assertThat(queries.close("push_0")).isFalse();
            assertThat(queries.close(query.id())).isTrue();
            assertThat(query.next()).isEqualTo(new PushQuery.Closed());
        }
    }

    @Test
    void refusesWhatNeedsMoreThanOneChangeAndSaysWhere() {
        refused(
                "SELECT * FROM USAGE_1M u JOIN MODELS m ON m.id = u.model EMIT CHANGES",
                "line 1:26: a push query tells the changes of one table");
        refused("SELECT organization, SUM(cost) FROM USAGE_1M EMIT CHANGES", "line 1:22: a push query does not add up");
        refused("SELECT model FROM USAGE_1M GROUP BY model EMIT CHANGES", "line 1:28: a push query does not group");
        refused("SELECT * FROM USAGE_1M ORDER BY cost EMIT CHANGES", "leave ORDER BY out");
        refused("SELECT * FROM USAGE_1M LIMIT 3 EMIT CHANGES", "put LIMIT n after EMIT CHANGES");
        refused("SELECT DISTINCT model FROM USAGE_1M EMIT CHANGES", "leave DISTINCT out");
        refused(
                "SELECT * FROM USAGE_1M\nWHERE model IN (SELECT id FROM MODELS) EMIT CHANGES",
                "line 2:17: a push query has no sub-queries");
        refused("SELECT * FROM (SELECT * FROM USAGE_1M) t EMIT CHANGES", "one table");
        refused("SELECT RANK() OVER (ORDER BY cost) FROM USAGE_1M EMIT CHANGES", "window functions");
        refused("WITH t AS (SELECT 1) SELECT * FROM t EMIT CHANGES", "one SELECT over one table");
        refused("SELECT 1 EMIT CHANGES", "needs a table");
        refused(
                "SELECT * FROM USAGE_1H EMIT CHANGES",
                "line 1:15: changes of USAGE_1H are not told; those of USAGE_1M, ");
        refused("SELECT * FROM KEY_QUOTAS EMIT FINAL", "never become final");
        refused("SELECT * FROM USAGE_1M EMIT CHANGES WHERE cost > 1", "line 1:24: EMIT CHANGES ends the statement");
        refused("SELECT nothing FROM USAGE_1M EMIT CHANGES", "line 1:8: Column 'NOTHING' not found");
    }

    private void refused(String statement, String reason) {
        refused(() -> queries.start(statement, Map.of(), Optional.empty()), 40001, reason);
    }

    private static void refused(ThrowingCallable call, int code, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatementException.class,
                        e -> assertThat(e.code().number()).isEqualTo(code))
                .hasMessageContaining(reason);
    }

    private static PushQuery.Rows nonEmpty(PushQuery query) throws InterruptedException {
        PushQuery.Rows rows = rows(query);
        while (rows.rows().isEmpty()) {
            rows = rows(query);
        }
        return rows;
    }

    private static PushQuery.Rows rows(PushQuery query) throws InterruptedException {
        PushQuery.Next next = query.next();
        assertThat(next).isInstanceOf(PushQuery.Rows.class);
        return (PushQuery.Rows) next;
    }

    private static List<String> texts(PushQuery.Rows rows) {
        return rows.rows().stream()
                .map(row -> new String(row, StandardCharsets.UTF_8))
                .toList();
    }

    /** Of rows of one number. */
    private static List<Long> numbers(PushQuery.Rows rows) {
        return texts(rows).stream()
                .map(row -> Long.parseLong(row.substring(1, row.length() - 1)))
                .toList();
    }

    private static UsageWindow window(String organization, long requests, boolean isFinal) {
        return UsageWindow.newBuilder()
                .setOrganization(organization)
                .setModel("m")
                .setWindowStart(Instant.ofEpochMilli(requests))
                .setWindowEnd(Instant.ofEpochMilli(60_000 + requests))
                .setRequests(requests)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(new BigDecimal("1.500000000000"))
                .setUnpricedRequests(0)
                .setLatencyCount(2)
                .setLatencySumMs(30)
                .setLatencyMinMs(10L)
                .setLatencyMaxMs(20L)
                .setLatencyP50Ms(10.1)
                .setLatencyP95Ms(19.9)
                .setLatencyP99Ms(19.9)
                .setLatencySketch(ByteBuffer.allocate(0))
                .setIsFinal(isFinal)
                .build();
    }
}
