package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.ChangeLog;
import io.modelhub.aggregator.changes.Reading;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** The push queries of this instance. For any thread. */
public final class PushQueries {

    /** Where a query without token begins: {@code latest}, the default, or {@code earliest}. ksqlDB's name; with its prefix, too. */
    public static final String OFFSET_RESET = "auto.offset.reset";

    private static final String PREFIX = "ksql.streams.";

    private final SqlEngine engine;
    private final Clock clock;
    private final PushLimits limits;
    private final Semaphore places;
    private final Yielding yielding;
    private final Map<String, ChangeStream<?>> streams = new LinkedHashMap<>();
    private final Map<String, PushQuery> running = new ConcurrentHashMap<>();
    private volatile @Nullable StatementException stopped;

    /**
     * @param logs gives what can be read of a topic
     * @param lag records of the input that this instance has still to count
     */
    public PushQueries(
            SqlEngine engine,
            Topics topics,
            Function<TopicDefinition, ChangeLog> logs,
            PushLimits limits,
            LongSupplier lag,
            Clock clock) {
        this.engine = engine;
        this.clock = clock;
        this.limits = limits;
        this.places = new Semaphore(limits.queries());
        this.yielding = new Yielding(limits, Runtime.getRuntime().availableProcessors(), lag, System::nanoTime);
        Schema.tables()
                .forEach(table -> table.changes()
                        .ifPresent(changes -> streams.put(
                                table.name(), stream(table.name(), changes, topics, logs, yielding, clock))));
    }

    private static <V> ChangeStream<V> stream(
            String table,
            Changes<V> changes,
            Topics topics,
            Function<TopicDefinition, ChangeLog> logs,
            Yielding yielding,
            Clock clock) {
        Topic<?, V> topic = changes.topic().apply(topics);
        return new ChangeStream<>(table, changes, topic, logs.apply(topic.definition()), yielding, clock);
    }

    /** Whether a statement is one of these. */
    public static boolean isPush(String statement) {
        return PushStatement.isPush(statement);
    }

    /**
     * Begins a push query, which must be closed.
     *
     * @param properties of the request
     * @param token to go on from
     * @throws StatementException it isn't answered, and says why
     */
    public PushQuery start(String statement, Map<String, String> properties, Optional<String> token) {
        StatementException refusal = stopped;
        if (refusal != null) {
            throw refusal;
        }
        PushStatement push = engine.inPlace(() -> PushStatement.parsed(statement));
        SqlEngine.Planned planned = engine.inPlace(() -> engine.planned(push.select(), clock.instant()));
        StoreTable<?> table = planned.plan().scans().get(0).store();
        ChangeStream<?> stream = streams.get(table.name());
        if (stream == null) {
            throw refused(
                    push.from(),
                    "changes of %s are not told; those of %s are"
                            .formatted(table.name(), String.join(", ", streams.keySet())));
        }
        if (push.finalOnly() && !table.isWindowed()) {
            throw refused(push.from(), "rows of %s never become final: ask EMIT CHANGES".formatted(table.name()));
        }
        if (!places.tryAcquire()) {
            throw new StatementException(
                    StatementException.Code.TOO_MANY_PUSH_QUERIES,
                    "%d push queries are running here, as many as may; close one, or ask another instance"
                            .formatted(limits.queries()));
        }
        String id = "push_" + UUID.randomUUID();
        boolean started = false;
        try {
            PushQuery query = new PushQuery(
                    id,
                    SqlEngine.columns(planned.plan()),
                    push.limit(),
                    new PushQuery.Feed<>(
                            stream,
                            new ChangeQuestion(
                                    planned.statement(), planned.plan(), planned.constants(), push.finalOnly()),
                            limits.waitingBytes()),
                    reading(stream.log(), table.name(), properties, token),
                    () -> {
                        running.remove(id);
                        places.release();
                    });
            running.put(id, query);
            started = true;
            return query;
        } catch (RuntimeException e) {
            throw PushQuery.refusal(e);
        } finally {
            if (!started) {
                places.release();
            }
        }
    }

    /** Where a query begins; null for now. */
    private static @Nullable Reading reading(
            ChangeLog log, String table, Map<String, String> properties, Optional<String> token) {
        if (token.isPresent()) {
            return log.readFrom(
                    PushToken.parsed(token.get(), table, log.partitions()).position());
        }
        String reset = properties.getOrDefault(OFFSET_RESET, properties.getOrDefault(PREFIX + OFFSET_RESET, "latest"));
        return switch (reset) {
            case "earliest" -> log.readAll();
            case "latest" -> null;
            default ->
                throw StatementException.badRequest("%s is earliest or latest, not %s".formatted(OFFSET_RESET, reset));
        };
    }

    private static StatementException refused(SqlParserPos at, String advice) {
        return StatementException.bad(at.getLineNum(), at.getColumnNum(), advice);
    }

    /** Closes a query for its client; false where there is none with that id. */
    public boolean close(String queryId) {
        PushQuery query = running.get(queryId);
        if (query != null) {
            query.closeOnRequest();
        }
        return query != null;
    }

    /** By their ids. */
    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** Tells all clients to go on elsewhere, and takes no more. */
    public void stop() {
        StatementException reason = new StatementException(
                StatementException.Code.STOPPING,
                "this instance is stopping; go on at another one, or at this one in a moment");
        stopped = reason;
        running.values().forEach(query -> query.end(reason));
    }
}
