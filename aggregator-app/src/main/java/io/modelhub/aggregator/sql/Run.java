package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.cluster.Absence;
import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.Tolerance;
import io.modelhub.aggregator.query.StoreAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/** One execution of a plan: its parameters, and what it may still cost. For one thread; another may cancel it. */
final class Run implements Execution {

    private final Sources sources;
    private final Map<String, @Nullable Object> values;
    private final Constants constants;
    private final SqlLimits limits;
    private final Allowances allowed;
    private final Instant asOf;
    private final long deadline;
    private final BooleanSupplier cancelled;
    private final RowMemory.Share memory;
    private final Map<StoreScan.Reader, List<@Nullable Object[]>> scanned = new IdentityHashMap<>();
    private final Map<Integer, Position> positions = new TreeMap<>();
    private boolean isCommitted = true;
    private final Set<Integer> missing = new TreeSet<>();
    private int windows;
    private int events;
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
            Allowances allowed,
            Instant asOf,
            BooleanSupplier cancelled,
            RowMemory.Share memory) {
        this.sources = sources;
        this.values = new HashMap<>(carried);
        for (int i = 0; i < constants.parameters().size(); i++) {
            values.put("?" + i, constants.parameters().get(i));
        }
        this.constants = constants;
        this.limits = limits;
        this.allowed = allowed;
        this.asOf = asOf;
        this.deadline = System.nanoTime() + limits.time().toNanos();
        this.cancelled = cancelled;
        this.memory = memory;
    }

    Sources sources() {
        return sources;
    }

    Instant asOf() {
        return asOf;
    }

    /** Throws where the statement may not go on. Cheap enough for each row. */
    void check() {
        if (cancelled.getAsBoolean()) {
            throw StatementException.bad("the query was closed");
        }
        if (System.nanoTime() > deadline) {
            throw StatementException.bad(
                    "the query took longer than %d ms; ask for less time, for one organization, or for longer windows"
                            .formatted(limits.time().toMillis()));
        }
    }

    /** Takes note of what windows were read as of. */
    void readAsOf(List<Position> read) {
        for (Position position : read) {
            positions.merge(position.partition(), position, Position::and);
            isCommitted &= position.isCommitted();
        }
    }

    /** Takes note that something was read which may be about to be committed. */
    void readUncommitted() {
        isCommitted = false;
    }

    /** Takes note of a row of the answer. */
    void countAnswered(List<@Nullable Object> row) {
        check();
        memory.answered(row);
    }

    /** None for what is missing. */
    List<Position> positions() {
        return positions.values().stream()
                .filter(position -> !missing.contains(position.partition()))
                .toList();
    }

    boolean isCommitted() {
        return isCommitted;
    }

    /** Takes note that a stored window is read. */
    void countWindow() {
        check();
        windows++;
        if (windows > limits.rows()) {
            throw StatementException.bad("the query reads more than %d stored windows; %s"
                    .formatted(limits.rows(), "ask for less time, for some organizations, or for longer windows"));
        }
        if (!allowed.scans() && windows > limits.scannedWindows()) {
            throw StatementException.bad(
                    ("the query scans more than %d stored windows; name the organizations (= or IN) and bounds of"
                                    + " WINDOWSTART, take a table of longer windows, or set the property \"%s\" to true")
                            .formatted(limits.scannedWindows(), SqlEngine.SCANS_ALLOWED));
        }
    }

    /** What a scan does about partitions whose owner can't be read now. */
    Tolerance tolerance() {
        return new Tolerance(
                allowed.standbyLag(),
                allowed.partial() ? (partitions, why) -> missing.addAll(partitions) : Absence.REFUSED);
    }

    /** Partitions whose rows are left out. */
    Set<Integer> missing() {
        return missing;
    }

    /** Takes note that an event of a topic is read. */
    void countEvent() {
        check();
        if (++events > (allowed.scans() ? limits.rows() : limits.scannedWindows())) {
            throw StatementException.bad("the query reads more than %d events; ask for less time by OCCURRED_AT%s"
                    .formatted(
                            events - 1,
                            allowed.scans()
                                    ? ""
                                    : ", or set the property \"%s\" to true".formatted(SqlEngine.SCANS_ALLOWED)));
        }
    }

    /**
     * Takes note of a row that a join makes.
     *
     * @param values of the row
     */
    void countJoined(int values) {
        memory.joined(values);
        if (++joined > limits.rows()) {
            throw StatementException.bad(
                    "the joins of the query make more than %d rows; join fewer rows, or on more columns"
                            .formatted(limits.rows()));
        }
    }

    /** Those of the stores; a scan is done once, however often the plan asks for it. */
    @Override
    public Enumerable<@Nullable Object[]> rows(StoreScan.Reader scan) {
        List<@Nullable Object[]> rows = scanned.get(scan);
        if (rows == null) {
            List<@Nullable Object[]> read = new ArrayList<>();
            Narrowing narrowing = scan.narrowing(constants);
            if (!narrowing.isEmpty()) {
                scan.store().read(scan.fields(), narrowing, this, row -> {
                    memory.read(row);
                    read.add(row);
                });
            }
            rows = read;
            scanned.put(scan, rows);
        }
        return WatchedRows.checking(Linq4j.asEnumerable(rows), this::check);
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
}
