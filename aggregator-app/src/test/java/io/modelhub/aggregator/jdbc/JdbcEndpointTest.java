package io.modelhub.aggregator.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.sql.DocumentedStatements;
import io.modelhub.aggregator.sql.RowsByHand;
import io.modelhub.aggregator.sql.SqlEngine;
import io.modelhub.aggregator.sql.SqlLimits;
import io.modelhub.schema.CallStatus;
import io.modelhub.test.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.remote.Driver;
import org.apache.calcite.avatica.remote.ProtobufService;
import org.apache.calcite.avatica.remote.ProtobufTranslation;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a JDBC driver gets, by Avatica's own within this process: its requests and answers pass as bytes. */
class JdbcEndpointTest {

    private static final Instant TEN = Instant.parse("2026-11-20T10:00:00Z");

    private static JdbcEndpoint endpoint;

    /** Posts to the endpoint of the test. */
    public static final class ToEndpoint implements Service.Factory {
        @Override
        public Service create(AvaticaConnection connection) {
            ProtobufTranslation translation = new ProtobufTranslationImpl();
            return new ProtobufService() {
                @Override
                public Response _apply(Request request) {
                    try {
                        Response response =
                                translation.parseResponse(endpoint.answer(translation.serializeRequest(request))
                                        .body());
                        if (response instanceof ErrorResponse error) {
                            throw error.toException();
                        }
                        return response;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
        }
    }

    private static final class TurnedClock extends Clock {

        private Instant now = TEN;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final RowsByHand rows = new RowsByHand();
    private final TurnedClock clock = new TurnedClock();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        SqlLimits limits = new SqlLimits(Duration.ofMinutes(2), 100, 150, 4, 1 << 30);
        endpoint = new JdbcEndpoint(new SqlEngine(rows, limits, clock), limits, "127.0.0.1:8082", clock);
        connection = connection("false");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private static Connection connection(String scansAllowed) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("factory", ToEndpoint.class.getName());
        properties.setProperty(SqlEngine.SCANS_ALLOWED, scansAllowed);
        return new Driver().connect("jdbc:avatica:remote:", properties);
    }

    @Test
    void fillsQuestionMarks() throws SQLException {
        calls("acme", 3);
        calls("bluefin", 1);
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT organization, windowstart, cost FROM USAGE_1M WHERE organization = ? AND windowstart >= ? AND cost > ?"
                        + " AND organization LIKE ? ORDER BY windowstart LIMIT ?")) {
            ParameterMetaData parameters = statement.getParameterMetaData();
            assertThat(parameters.getParameterCount()).isEqualTo(5);
            assertThat(parameters.getParameterType(1)).isEqualTo(Types.VARCHAR);
            assertThat(parameters.getParameterType(2)).isEqualTo(Types.BIGINT);
            assertThat(parameters.getParameterType(3)).isEqualTo(Types.DECIMAL);
            assertThat(statement.getMetaData().getColumnName(3)).isEqualTo("COST");

            statement.setString(1, "acme");
            statement.setString(2, "2026-11-20T10:01:00Z");
            statement.setBigDecimal(3, new BigDecimal("0.999999999999"));
            statement.setString(4, "a%");
            statement.setInt(5, 10);
            assertThat(answer(statement.executeQuery()))
                    .containsExactly(
                            List.of("acme", millis(1), new BigDecimal("1.000000000000")),
                            List.of("acme", millis(2), new BigDecimal("1.000000000000")));

            statement.setLong(2, millis(2));
            assertThat(answer(statement.executeQuery())).hasSize(1);

            statement.setString(1, "bluefin");
            statement.setLong(2, 0);
            statement.setDouble(3, 0.5);
            statement.setString(4, "%");
            assertThat(statement.execute()).isTrue();
            assertThat(answer(statement.getResultSet())).hasSize(1);

            statement.setNull(1, Types.VARCHAR);
            assertThat(answer(statement.executeQuery())).isEmpty();

            statement.setString(1, "x' OR '1' = '1");
            assertThat(answer(statement.executeQuery())).isEmpty();

            statement.setTimestamp(2, new Timestamp(0));
            refused(statement::executeQuery, 40000, "HY000", "epoch milliseconds");
        }
    }

    @Test
    void givesRowsInFramesWhileTheyAreTaken() throws SQLException {
        calls("acme", 95);
        try (Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("SELECT windowstart FROM USAGE_1M")) {
            statement.setFetchSize(10);
            ResultSet all = statement.executeQuery("SELECT windowstart FROM USAGE_1M ORDER BY windowstart");
            for (int i = 0; i < 95; i++) {
                assertThat(all.next()).isTrue();
                assertThat(all.getLong(1)).isEqualTo(millis(i));
            }
            assertThat(all.next()).isFalse();

            prepared.setFetchSize(7);
            assertThat(answer(prepared.executeQuery())).hasSize(95);

            statement.setMaxRows(5);
            assertThat(answer(statement.executeQuery("SELECT windowstart FROM USAGE_1M")))
                    .hasSize(5);
        }
    }

    @Test
    void givesUpRowsThatNobodyTakes() throws SQLException {
        calls("acme", 90);
        try (PreparedStatement first = connection.prepareStatement("SELECT windowstart FROM USAGE_1M");
                PreparedStatement second = connection.prepareStatement("SELECT windowstart FROM USAGE_1M")) {
            first.setFetchSize(10);
            second.setFetchSize(10);
            ResultSet waiting = first.executeQuery();
            refused(second::executeQuery, 42900, "HY000", "no room for these");

            clock.now = TEN.plus(UnfetchedRows.IDLE).plusMillis(1);
            assertThat(answer(second.executeQuery())).hasSize(90);
            assertThatThrownBy(() -> answer(waiting)).hasStackTraceContaining("run the statement again");

            ResultSet closed = second.executeQuery();
            assertThat(closed.next()).isTrue();
            second.close();
            assertThat(answer(first.executeQuery())).as("there is room again").hasSize(90);
        }
    }

    @Test
    void stopsWhatRunsWhenItsConnectionIsClosed() throws Exception {
        calls("acme", 1);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        rows.whenRead = () -> {
            reading.countDown();
            go.await();
        };
        CompletableFuture<ResultSet> running = CompletableFuture.supplyAsync(() -> {
            try {
                return connection.createStatement().executeQuery("SELECT * FROM USAGE_1M");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(reading.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        connection.close();
        go.countDown();
        assertThatThrownBy(running::get).hasStackTraceContaining("the query was closed");
    }

    @Test
    void readsNoMoreThanTheConnectionAllows() throws SQLException {
        calls("acme", 120);
        refused(() -> run("SELECT windowstart FROM USAGE_1M"), 40001, "42000", "scans more than 100 stored windows");
        try (Connection scanning = connection("true");
                Statement statement = scanning.createStatement()) {
            statement.setFetchSize(1_000);
            assertThat(answer(statement.executeQuery("SELECT windowstart FROM USAGE_1M")))
                    .hasSize(120);
        }
    }

    @Test
    void saysWhereAStatementIsWrong() {
        refused(() -> run("SELECT nothing\nFROM USAGE_1D"), 40001, "42000", "line 1:8: Column 'NOTHING' not found");
        refused(
                () -> connection.prepareStatement("SELECT model FROM USAGE_1D WHERE\n  organisation = ?"),
                40001,
                "42000",
                "line 2:3: Column 'ORGANISATION' not found");
        refused(
                () -> run("SELECT model FROM USAGE_1D WHERE model = ?"),
                40001,
                "42000",
                "line 1:42: this question mark");
        refused(() -> run("DROP TABLE USAGE_1D"), 40001, "42000", "line 1:1");
        assertThatThrownBy(() -> connection.createStatement().executeBatch())
                .hasStackTraceContaining("only SELECT is answered");
        rows.whenRead = () -> {
            throw new IllegalStateException("of no use to clients");
        };
        refused(() -> run("SELECT model FROM USAGE_1D"), 50000, "HY000", "a fault of the aggregator");
    }

    @Test
    void committingChangesNothing() throws SQLException {
        connection.setAutoCommit(false);
        assertThat(connection.isReadOnly()).isTrue();
        run("SELECT 1");
        connection.commit();
        connection.rollback();
    }

    @Test
    void listsTablesAndColumns() throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        assertThat(answer(database.getCatalogs())).isEmpty();
        assertThat(answer(database.getSchemas())).isEmpty();
        assertThat(answer(database.getTableTypes())).containsExactly(List.of("TABLE"));
        assertThat(names(database.getTables(null, null, null, null), "TABLE_NAME"))
                .hasSize(14)
                .contains("MODELS");
        assertThat(names(database.getTables(null, null, "USAGE\\_1M%", new String[] {"TABLE"}), "TABLE_NAME"))
                .containsExactly("USAGE_1M", "USAGE_1MO");
        assertThat(answer(database.getTables(null, null, "%", new String[] {"VIEW"})))
                .isEmpty();
        assertThat(names(database.getColumns(null, null, "USAGE_1D", null), "COLUMN_NAME"))
                .startsWith("ORGANIZATION", "MODEL", "WINDOWSTART", "WINDOWEND", "REQUESTS")
                .contains("COST", "LATENCY_P95_MS")
                .as("which can't be selected")
                .doesNotContain("LATENCY");
        ResultSet cost = database.getColumns(null, null, "USAGE_1D", "COST");
        assertThat(cost.next()).isTrue();
        assertThat(cost.getInt("DATA_TYPE")).isEqualTo(Types.DECIMAL);
        assertThat(cost.getInt("COLUMN_SIZE")).isEqualTo(38);
        assertThat(cost.getInt("DECIMAL_DIGITS")).isEqualTo(12);
        assertThat(cost.getInt("NULLABLE")).isEqualTo(DatabaseMetaData.columnNoNulls);
        assertThat(cost.getString("REMARKS")).isNotBlank();
        assertThat(names(database.getTypeInfo(), "TYPE_NAME"))
                .containsExactly("BOOLEAN", "INTEGER", "BIGINT", "DECIMAL", "DOUBLE", "VARCHAR");
    }

    @Test
    void namesMayBeInDoubleQuotes() throws SQLException {
        calls("acme", 1);
        try (Statement statement = connection.createStatement()) {
            ResultSet all = statement.executeQuery(
                    "SELECT \"USAGE_1M\".\"ORGANIZATION\" AS \"who\", 'a \"b\"' AS `text` FROM \"USAGE_1M\""
                            .replace('`', '"'));
            ResultSetMetaData columns = all.getMetaData();
            assertThat(columns.getColumnLabel(1)).isEqualTo("who");
            assertThat(columns.getColumnType(1)).isEqualTo(Types.VARCHAR);
            assertThat(answer(all)).containsExactly(List.of("acme", "a \"b\""));
        }
    }

    @Test
    void tellsHowToConnect() {
        JdbcEndpoint.Answer json = endpoint.answer(
                "{\"request\":\"openConnection\",\"connectionId\":\"1\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(json.status()).isEqualTo(500);
        assertThat(new String(json.body(), StandardCharsets.UTF_8))
                .contains("serialization=protobuf")
                .doesNotContain("\tat ");
        assertThat(endpoint.answer("hello".getBytes(StandardCharsets.UTF_8)).status())
                .isEqualTo(400);
        assertThat(endpoint.answer(new byte[0]).status()).isEqualTo(400);
    }

    private void run(String statement) throws SQLException {
        try (Statement running = connection.createStatement()) {
            answer(running.executeQuery(statement));
        }
    }

    private static void refused(ThrowingCallable call, int code, String state, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(SQLException.class, refused -> {
                    assertThat(refused.getErrorCode()).isEqualTo(code);
                    assertThat(refused.getSQLState()).isEqualTo(state);
                })
                .hasStackTraceContaining(message);
    }

    private static List<List<Object>> answer(ResultSet result) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        while (result.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                row.add(result.getObject(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> names(ResultSet result, String column) throws SQLException {
        List<String> names = new ArrayList<>();
        while (result.next()) {
            names.add(result.getString(column));
        }
        return names;
    }

    private void calls(String organization, int minutes) {
        for (int i = 0; i < minutes; i++) {
            rows.call(new DocumentedStatements.Call(
                    organization,
                    "m",
                    TEN.plusSeconds(60L * i),
                    1,
                    1,
                    BigDecimal.ONE,
                    CallStatus.Success,
                    100L,
                    null,
                    null));
        }
    }

    private static long millis(int minute) {
        return TEN.plusSeconds(60L * minute).toEpochMilli();
    }
}
