package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.query.StoreAnswer;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** One execution of a plan: its parameters, and what it may still cost. For one thread; another may cancel it. */
final class Run implements DataContext {

    private final Sources sources;
    private final Map<String, @Nullable Object> values;
    private final Constants constants;
    private final SqlLimits limits;
    private final boolean scansAllowed;
    private final Instant asOf;
    private final long deadline;
    private final AtomicBoolean cancelled;
    private final Map<Object, List<@Nullable Object[]>> scanned = new IdentityHashMap<>();
    private int windows;
    private int joined;

    /**
     * @param carried objects that the plan's code finds by name
     * @param constants the values of the plan's parameters
     */
    Run(
            Sources sources,
            Map<String, Object> carried,
            Constants constants,
            SqlLimits limits,
            boolean scansAllowed,
            Instant asOf,
            AtomicBoolean cancelled) {
        this.sources = sources;
        this.values = new HashMap<>(carried);
        for (int i = 0; i < constants.parameters().size(); i++) {
            values.put("?" + i, constants.parameters().get(i));
        }
        this.constants = constants;
        this.limits = limits;
        this.scansAllowed = scansAllowed;
        this.asOf = asOf;
        this.deadline = System.nanoTime() + limits.time().toNanos();
        this.cancelled = cancelled;
    }

    Sources sources() {
        return sources;
    }

    Constants constants() {
        return constants;
    }

    Instant asOf() {
        return asOf;
    }

    /** Throws where the statement may not go on. Cheap enough for each row. */
    void check() {
        if (cancelled.get()) {
            throw StatementException.bad("the query was closed");
        }
        if (System.nanoTime() > deadline) {
            throw StatementException.bad(
                    "the query took longer than %d ms; ask for less time, for one organization, or for longer windows"
                            .formatted(limits.time().toMillis()));
        }
    }

    /** Takes note that a stored window is read. */
    void countWindow() {
        check();
        windows++;
        if (windows > limits.rows()) {
            throw StatementException.bad("the query reads more than %d stored windows; %s"
                    .formatted(limits.rows(), "ask for less time, for some organizations, or for longer windows"));
        }
        if (!scansAllowed && windows > limits.scannedWindows()) {
            throw StatementException.bad(
                    ("the query scans more than %d stored windows; name the organizations (= or IN) and bounds of"
                                    + " WINDOWSTART, take a table of longer windows, or set the property \"%s\" to true")
                            .formatted(limits.scannedWindows(), SqlEngine.SCANS_ALLOWED));
        }
    }

    /** Takes note of a row that a join makes. */
    void countJoined() {
        check();
        if (++joined > limits.rows()) {
            throw StatementException.bad(
                    "the joins of the query make more than %d rows; join fewer rows, or on more columns"
                            .formatted(limits.rows()));
        }
    }

    /** The rows of a scan, which is done once, however often the plan asks for it. */
    List<@Nullable Object[]> scan(Object scan, Supplier<List<@Nullable Object[]>> reader) {
        List<@Nullable Object[]> known = scanned.get(scan);
        if (known == null) {
            known = reader.get();
            scanned.put(scan, known);
        }
        return known;
    }

    /** @throws StatementException the stores can't be read now */
    static <T> T found(StoreAnswer<T> answer) {
        if (answer instanceof StoreAnswer.Found<T> found) {
            return found.value();
        }
        StoreAnswer.NotReady<T> notReady = (StoreAnswer.NotReady<T>) answer;
        throw new StatementException(
                StatementException.Code.NOT_READY, notReady.reason() + "; nothing was answered, ask again in a second");
    }

    @Override
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    @Override
    public @Nullable SchemaPlus getRootSchema() {
        return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
        throw new UnsupportedOperationException("plans make no types");
    }

    @Override
    public QueryProvider getQueryProvider() {
        throw new UnsupportedOperationException("plans make no queries");
    }
}
