package io.modelhub.aggregator.jdbc;

import io.modelhub.aggregator.sql.SqlAnswer;
import io.modelhub.aggregator.sql.SqlEngine;
import io.modelhub.aggregator.sql.SqlLimits;
import io.modelhub.aggregator.sql.StatementException;
import io.modelhub.aggregator.sql.StatementShape;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.AvaticaUtils;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Avatica's requests ask of a database, over the SQL engine. Hardly anything is kept between them: a prepared statement comes back
 * with its text, and what is prepared is a plan in the engine's own memory. For any thread.
 */
final class SqlMeta extends MetaImpl {

    private static final Logger LOG = LoggerFactory.getLogger(SqlMeta.class);

    /** Of an answer on its way; more are fetched. */
    private static final int MOST_ROWS_OF_A_FRAME = 5_000;

    /** Whose own properties are known; those of others, used longest ago, are as by default. */
    private static final int MOST_CONNECTIONS = 1_000;

    private static final int OUR_FAULT = 50000;

    private final SqlEngine engine;
    private final UnfetchedRows unfetched;
    private final AtomicInteger statements = new AtomicInteger();
    private final Set<StatementKey> running = ConcurrentHashMap.newKeySet();
    private final Map<String, Map<String, String>> connections =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Map<String, String>> eldest) {
                    return size() > MOST_CONNECTIONS;
                }
            });

    SqlMeta(SqlEngine engine, SqlLimits limits, Clock clock) {
        super(null); // A connection of a driver within this process; there is none.
        this.engine = engine;
        this.unfetched = new UnfetchedRows(limits.rows(), clock);
    }

    @Override
    public MetaResultSet getCatalogs(ConnectionHandle connection) {
        return metadata(connection, JdbcMetadata.catalogs());
    }

    @Override
    public MetaResultSet getSchemas(ConnectionHandle connection, @Nullable String catalog, Pat schema) {
        return metadata(connection, JdbcMetadata.schemas());
    }

    @Override
    public MetaResultSet getTables(
            ConnectionHandle connection,
            @Nullable String catalog,
            Pat schema,
            Pat table,
            @Nullable List<String> types) {
        return metadata(connection, JdbcMetadata.tables(table.s, types));
    }

    @Override
    public MetaResultSet getTableTypes(ConnectionHandle connection) {
        return metadata(connection, JdbcMetadata.tableTypes());
    }

    @Override
    public MetaResultSet getTypeInfo(ConnectionHandle connection) {
        return metadata(connection, JdbcMetadata.types());
    }

    @Override
    public MetaResultSet getColumns(
            ConnectionHandle connection, @Nullable String catalog, Pat schema, Pat table, Pat column) {
        return metadata(connection, JdbcMetadata.columnsOf(table.s, column.s));
    }

    private MetaResultSet metadata(ConnectionHandle connection, JdbcMetadata.Answer answer) {
        Signature signature =
                Signature.create(answer.columns(), "", List.of(), CursorFactory.LIST, StatementType.SELECT);
        return MetaResultSet.create(
                connection.id, statements.incrementAndGet(), true, signature, frame(0, true, answer.rows()));
    }

    /** Drivers have defaults for all. */
    @Override
    public Map<DatabaseProperty, Object> getDatabaseProperties(ConnectionHandle connection) {
        return Map.of();
    }

    @Override
    public void openConnection(ConnectionHandle connection, @Nullable Map<String, String> properties) {
        String scansAllowed = properties == null ? null : properties.get(SqlEngine.SCANS_ALLOWED);
        if (scansAllowed != null) {
            connections.put(connection.id, Map.of(SqlEngine.SCANS_ALLOWED, scansAllowed));
        }
    }

    /** Stops what runs for the connection. */
    @Override
    public void closeConnection(ConnectionHandle connection) {
        running.stream()
                .filter(statement -> statement.connection().equals(connection.id))
                .forEach(statement -> engine.close(statement.queryId()));
        unfetched.forgetConnection(connection.id);
        connections.remove(connection.id);
    }

    /** Every connection only reads, and each statement is a transaction of its own. */
    @Override
    public ConnectionProperties connectionSync(ConnectionHandle connection, ConnectionProperties wanted) {
        return new ConnectionPropertiesImpl(true, true, Connection.TRANSACTION_NONE, "", "")
                .merge(wanted)
                .setDirty(false);
    }

    /** There is nothing to commit, which is no error: tools do it by habit. */
    @Override
    public void commit(ConnectionHandle connection) {}

    @Override
    public void rollback(ConnectionHandle connection) {}

    @Override
    public StatementHandle createStatement(ConnectionHandle connection) {
        return new StatementHandle(connection.id, statements.incrementAndGet(), null);
    }

    @Override
    public void closeStatement(StatementHandle handle) {
        StatementKey statement = StatementKey.of(handle);
        engine.close(statement.queryId());
        unfetched.forget(statement);
    }

    @Override
    public StatementHandle prepare(ConnectionHandle connection, String sql, long mostRows) {
        StatementShape shape = told(() -> engine.shape(sql));
        List<AvaticaParameter> parameters = new ArrayList<>();
        for (String type : shape.parameters()) {
            parameters.add(JdbcType.of(type).parameter(parameters.size()));
        }
        return new StatementHandle(
                connection.id, statements.incrementAndGet(), signature(sql, shape.columns(), parameters));
    }

    @Override
    public ExecuteResult prepareAndExecute(
            StatementHandle handle, String sql, long mostRows, PrepareCallback callback) {
        return prepareAndExecute(handle, sql, mostRows, AvaticaUtils.toSaturatedInt(mostRows), callback);
    }

    @Override
    public ExecuteResult prepareAndExecute(
            StatementHandle handle, String sql, long mostRows, int rowsOfFirstFrame, PrepareCallback callback) {
        return executed(StatementKey.of(handle), sql, List.of(), mostRows, rowsOfFirstFrame);
    }

    @Override
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, long rowsOfFirstFrame) {
        return execute(handle, values, AvaticaUtils.toSaturatedInt(rowsOfFirstFrame));
    }

    @Override
    public ExecuteResult execute(StatementHandle handle, List<TypedValue> values, int rowsOfFirstFrame) {
        Signature prepared = handle.signature;
        if (prepared == null) { // Clients leave it out where they expect a count of changed rows.
            throw refused(onlySelect());
        }
        return executed(
                StatementKey.of(handle), prepared.sql, told(() -> ParameterValues.of(values)), -1, rowsOfFirstFrame);
    }

    private ExecuteResult executed(
            StatementKey statement, String sql, List<@Nullable Object> values, long mostRows, int rowsOfFirstFrame) {
        unfetched.forget(statement);
        SqlAnswer answer = told(() -> {
            running.add(statement);
            try {
                return engine.query(
                        statement.queryId(), sql, values, connections.getOrDefault(statement.connection(), Map.of()));
            } finally {
                running.remove(statement);
            }
        });
        answer.close(); // What isn't fetched at once counts among the unfetched rows.
        List<List<@Nullable Object>> rows = mostRows < 0 ? answer.rows() : first(answer.rows(), mostRows);
        List<List<@Nullable Object>> now = first(rows, rowsOfFrame(rowsOfFirstFrame));
        if (now.size() < rows.size() && !unfetched.keep(statement, rows)) {
            throw refused(
                    StatementException.tooMany(
                            "rows of other statements are still to be fetched, and there is no room for these; close those, or ask for fewer"));
        }
        return new ExecuteResult(List.of(MetaResultSet.create(
                statement.connection(),
                statement.number(),
                false,
                signature(sql, answer.columns(), List.of()),
                frame(0, now.size() == rows.size(), now))));
    }

    @Override
    public Frame fetch(StatementHandle handle, long offset, int mostRows) {
        StatementKey statement = StatementKey.of(handle);
        List<List<@Nullable Object>> rest = unfetched.from(statement, offset).orElseThrow(() -> refused(givenUp()));
        List<List<@Nullable Object>> now = first(rest, rowsOfFrame(mostRows));
        boolean done = now.size() == rest.size();
        if (done) {
            unfetched.forget(statement);
        }
        return frame(offset, done, now);
    }

    /** Windows change: the rows of a second run need not be those of the first. */
    @Override
    public boolean syncResults(StatementHandle handle, QueryState state, long offset) {
        throw refused(givenUp());
    }

    @Override
    public Iterable<Object> createIterable(
            StatementHandle handle,
            QueryState state,
            Signature signature,
            @Nullable List<TypedValue> values,
            Frame firstFrame) {
        throw new UnsupportedOperationException("this is for drivers within the process");
    }

    @Override
    public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle handle, List<String> statements) {
        throw refused(onlySelect());
    }

    @Override
    public ExecuteBatchResult executeBatch(StatementHandle handle, List<List<TypedValue>> values) {
        throw refused(onlySelect());
    }

    private static StatementException givenUp() {
        return StatementException.badRequest(
                "the rows were not fetched for %d s and were given up, or stood in another instance; run the statement again"
                        .formatted(UnfetchedRows.IDLE.toSeconds()));
    }

    private static StatementException onlySelect() {
        return StatementException.badRequest("only SELECT is answered; nothing can be changed by SQL");
    }

    private static int rowsOfFrame(int asked) {
        return asked <= 0 ? MOST_ROWS_OF_A_FRAME : Math.min(asked, MOST_ROWS_OF_A_FRAME);
    }

    private static <T> List<T> first(List<T> rows, long most) {
        return rows.size() <= most ? rows : rows.subList(0, (int) most);
    }

    @SuppressWarnings("unchecked") // Rows are objects to Avatica.
    private static Frame frame(long offset, boolean done, List<List<@Nullable Object>> rows) {
        return Frame.create(offset, done, (List<Object>) (List<?>) rows);
    }

    private static Signature signature(String sql, List<SqlAnswer.Column> columns, List<AvaticaParameter> parameters) {
        List<ColumnMetaData> described = new ArrayList<>();
        for (SqlAnswer.Column column : columns) {
            described.add(JdbcType.of(column.type()).column(described.size(), column.name()));
        }
        return Signature.create(described, sql, parameters, CursorFactory.LIST, StatementType.SELECT);
    }

    /** What the work answers; what it fails with, in the words for clients. */
    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (StatementException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            LOG.error("A statement failed", e);
            throw error("this is a fault of the aggregator; its log says more", OUR_FAULT, "HY000");
        }
    }

    private static AvaticaRuntimeException refused(StatementException why) {
        boolean statement = why.code() == StatementException.Code.BAD_STATEMENT;
        return error(why.reason(), why.code().number(), statement ? "42000" : "HY000");
    }

    /** Clients get the traces of exceptions with them; ours say nothing to them. */
    static AvaticaRuntimeException error(String message, int code, String sqlState) {
        AvaticaRuntimeException error = new AvaticaRuntimeException(message, code, sqlState, AvaticaSeverity.ERROR);
        error.setStackTrace(new StackTraceElement[0]);
        return error;
    }
}
