package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.TooManyWindowsException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.plan.RelOptPlanner.CannotPlanException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers statements. For any thread. */
public final class SqlEngine {

    /** The property of a request that allows to scan; ksqlDB's name. */
    public static final String SCANS_ALLOWED = "ksql.query.pull.table.scan.enabled";

    /** The property of a request that takes an answer without what can't be read now. */
    public static final String PARTIAL = "modelhub.query.partial";

    /** The property of a request that takes what a standby copy has where its owner can't be read; ksqlDB's name. */
    public static final String STANDBY_READS = "ksql.query.pull.enable.standby.reads";

    /** By how many offsets of its changelog such a copy may be behind; ksqlDB's name, and as there no limit by default. */
    public static final String MOST_STANDBY_LAG = "ksql.query.pull.max.allowed.offset.lag";

    private static final Logger LOG = LoggerFactory.getLogger(SqlEngine.class);

    private static final String NOT_RUN =
            "the statement can be read but not run here: recursion, tables made of values in rows, and window"
                    + " frames with a changing bound are left out; docs/sql.md lists what there is";

    private static final String COMMITTED =
            "Rows are as of the moment of the read and may be about to be committed; percentiles are within 1 % of the true value.\n";

    private static final int MOST_PLANS = 500;

    /** How long a statement waits for others to end before it is turned away. */
    private static final long PATIENCE_MS = 500;

    private final Sources sources;
    private final SqlLimits limits;
    private final Clock clock;
    private final Planner planner = new Planner();
    private final RowMemory memory;
    private final Semaphore places;
    private final Map<String, AtomicBoolean> running = new ConcurrentHashMap<>();
    private final Map<String, Plan> plans = latest();

    /** By the text of their shapes. */
    private final Map<String, KnownShape> shapes = latest();

    public SqlEngine(Sources sources, SqlLimits limits, Clock clock) {
        this.sources = sources;
        this.limits = limits;
        this.clock = clock;
        this.places = new Semaphore(limits.statements());
        this.memory = new RowMemory(limits.memory());
    }

    /**
     * A statement with its plan and the values of its parameters.
     *
     * @param statement with question marks in their place
     */
    record Planned(String statement, Plan plan, Constants constants) {}

    /** Answers a pull query. */
    public SqlAnswer query(String statement, Map<String, ?> properties) {
        return query(statement, properties, () -> false);
    }

    /** Answers a pull query, unless nobody waits for it any more. */
    public SqlAnswer query(String statement, Map<String, ?> properties, BooleanSupplier isLeft) {
        return query("pull_" + UUID.randomUUID(), statement, List.of(), properties, isLeft);
    }

    /** Answers a pull query with question marks. */
    public SqlAnswer query(
            String id, String statement, List<? extends @Nullable Object> values, Map<String, ?> properties) {
        return query(id, statement, values, properties, () -> false);
    }

    /**
     * @param id by which it can be stopped; unique
     * @param values of the question marks: {@link String}, {@link Number}, {@link Boolean} or null
     * @param properties of the request
     * @param isLeft whether nobody waits for the answer any more; asked often
     * @throws StatementException it isn't answered, and says why
     */
    private SqlAnswer query(
            String id,
            String statement,
            List<? extends @Nullable Object> values,
            Map<String, ?> properties,
            BooleanSupplier isLeft) {
        return inPlace(() -> {
            Instant now = clock.instant();
            Planned planned = values.isEmpty() ? planned(statement, now) : planned(parameters(statement, values), now);
            AtomicBoolean cancelled = new AtomicBoolean();
            RowMemory.Share held = memory.share();
            boolean answered = false;
            Run run = new Run(
                    sources,
                    planned.plan.carried(),
                    planned.constants,
                    limits,
                    Allowances.of(properties),
                    now,
                    () -> cancelled.get() || isLeft.getAsBoolean(),
                    held);
            running.put(id, cancelled);
            try {
                List<List<@Nullable Object>> rows = rows(planned.plan, run);
                SqlAnswer answer = new SqlAnswer(
                        id, now, run.positions(), run.missing(), run.isCommitted(), columns(planned.plan), rows, held);
                answered = true;
                return answer;
            } finally {
                running.remove(id);
                if (!answered) {
                    held.close();
                }
            }
        });
    }

    /** Stops a query; false where there is none with that id. */
    public boolean close(String queryId) {
        AtomicBoolean cancelled = running.get(queryId);
        if (cancelled != null) {
            cancelled.set(true);
        }
        return cancelled != null;
    }

    /**
     * How a query would be answered.
     *
     * @param sources names of its tables
     * @param text the operators, and what each scan asks of the stores; for people
     */
    record Explanation(List<Plan.Column> columns, List<String> sources, String text) {}

    Explanation explain(String statement) {
        return inPlace(() -> {
            Planned planned = planned(
                    PushStatement.isPush(statement)
                            ? PushStatement.parsed(statement).select()
                            : Dialect.parsed(statement),
                    clock.instant());
            Plan plan = planned.plan;
            String reads = plan.scans().stream()
                    .map(scan -> scan.store().name() + " reads "
                            + scan.store().explain(scan.narrowing(planned.constants)) + "\n")
                    .collect(Collectors.joining());
            return new Explanation(
                    plan.columns(),
                    plan.scans().stream()
                            .map(scan -> scan.store().name())
                            .distinct()
                            .toList(),
                    plan.text() + reads + COMMITTED);
        });
    }

    /**
     * What a statement with question marks asks for and answers.
     *
     * @throws StatementException it wouldn't be answered whatever they stand for
     */
    public StatementShape shape(String statement) {
        return inPlace(() -> planner.shape(
                Parameters.of(Placeholders.apart(Dialect.parsed(statement))).statement()));
    }

    /** Whether the stores can be read now. */
    public boolean isReady() {
        return sources.areReadable();
    }

    interface Work<T> {
        T done() throws InterruptedException;
    }

    /** Does the work of one statement, of which there are so many at a time; what it runs into becomes an answer. */
    <T> T inPlace(Work<T> work) {
        boolean admitted = false;
        try {
            admitted = places.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS);
            if (!admitted) {
                throw new StatementException(
                        StatementException.Code.TOO_MANY_REQUESTS,
                        "%d statements are being answered; ask again in a second".formatted(limits.statements()));
            }
            return work.done();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StatementException(StatementException.Code.NOT_READY, "the aggregator is stopping");
        } catch (LinkageError e) {
            throw refusal(e);
        } catch (AssertionError e) {
            throw notRun(e);
        } catch (RuntimeException e) {
            throw refusal(e);
        } catch (StackOverflowError e) {
            throw StatementException.bad("the statement is nested too deep; take it apart by WITH");
        } finally {
            if (admitted) {
                places.release();
            }
        }
    }

    /**
     * What the author of a statement is told.
     *
     * @throws RuntimeException it is a fault of ours, and passed on
     */
    static StatementException refusal(RuntimeException failure) {
        if (failure instanceof StatementException refused) {
            return refused;
        }
        if (failure instanceof TooManyWindowsException) {
            return StatementException.bad(String.valueOf(failure.getMessage()));
        }
        if (failure instanceof CannotPlanException) {
            return StatementException.bad(NOT_RUN);
        }
        if (failure instanceof UnsupportedOperationException) {
            return notRun(failure);
        }
        if (failure instanceof ArithmeticException
                || failure instanceof CalciteException
                || failure instanceof NumberFormatException) {
            return StatementException.bad("a value can't be computed: " + failure.getMessage());
        }
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith("Error while compiling generated Java code")) {
            return StatementException.bad(
                    "the statement is too large to be run; name fewer values or columns, or take it apart");
        }
        if (message.contains("SINGLE_VALUE")) {
            return StatementException.bad(
                    "a sub-query in the place of a value has more than one row; add LIMIT 1, or take MAX of it");
        }
        if (failure instanceof IllegalArgumentException && isOfAFunction(failure)) {
            return StatementException.bad("a value can't be computed: " + message);
        }
        throw failure;
    }

    /** What Calcite's functions refuse has no type of its own. */
    private static boolean isOfAFunction(RuntimeException failure) {
        return failure.getStackTrace().length > 0
                && failure.getStackTrace()[0].getClassName().startsWith("org.apache.calcite.runtime.");
    }

    /**
     * The code of a plan computes what is the same for all rows when its class is begun, and can't begin it a second time.
     *
     * @throws LinkageError it is a fault of ours, and passed on
     */
    static StatementException refusal(LinkageError failure) {
        if (failure.getCause() instanceof RuntimeException cause) {
            return refusal(cause);
        }
        if (String.valueOf(failure.getMessage()).startsWith("Could not initialize class")) {
            return StatementException.bad("a value can't be computed that is the same for all rows");
        }
        throw failure;
    }

    /** Calcite says so of what it doesn't support, and of its faults. */
    private static StatementException notRun(Throwable failure) {
        LOG.warn("A statement can't be run", failure);
        return StatementException.bad(NOT_RUN);
    }

    private static <V> Map<String, V> latest() {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST_PLANS;
            }
        });
    }

    /** Without parsing it, where a statement of its shape was before. */
    private Planned planned(String text, Instant now) {
        Shape shape = Shape.of(text);
        KnownShape known = shapes.get(shape.text());
        Optional<List<Parameters.Literal>> literals = known == null ? Optional.empty() : known.parametersOf(shape);
        if (known != null && literals.isPresent()) {
            return planned(known.statement(), known.plan(), literals.get(), now);
        }
        Parameters parameters = parameters(text, List.of());
        Planned planned = planned(parameters, now);
        KnownShape.of(shape, parameters.literals(), planned.statement, planned.plan)
                .ifPresent(found -> shapes.put(shape.text(), found));
        return planned;
    }

    Planned planned(SqlNode parsed, Instant now) {
        return planned(Parameters.of(parsed), now);
    }

    /** @param values of the question marks */
    private static Parameters parameters(String statement, List<? extends @Nullable Object> values) {
        return Parameters.of(Placeholders.filled(Dialect.parsed(statement), values));
    }

    private Planned planned(Parameters parameters, Instant now) {
        String key = parameters.statement().toString();
        Plan plan = plans.get(key);
        if (plan == null) {
            plan = planner.plan(parameters.statement());
            plans.put(key, plan);
        }
        return planned(key, plan, parameters.literals(), now);
    }

    private static Planned planned(String statement, Plan plan, List<Parameters.Literal> literals, Instant now) {
        return new Planned(
                statement, plan, new Constants(Parameters.values(literals, plan.parameters(), now.toEpochMilli())));
    }

    static List<SqlAnswer.Column> columns(Plan plan) {
        return plan.columns().stream()
                .map(column -> new SqlAnswer.Column(column.name(), column.ksqlType(), column.key()))
                .toList();
    }

    private List<List<@Nullable Object>> rows(Plan plan, Run run) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Enumerator<?> all = plan.code().bind(run).enumerator()) {
            while (all.moveNext()) {
                if (rows.size() == limits.rows()) {
                    throw StatementException.bad(
                            "the answer has more than %d rows; add LIMIT, or group".formatted(limits.rows()));
                }
                List<@Nullable Object> row = all.current() instanceof @Nullable Object[] values
                        ? Arrays.asList(values)
                        : Collections.singletonList(all.current());
                run.countAnswered(row);
                rows.add(row);
            }
        }
        return rows;
    }
}
