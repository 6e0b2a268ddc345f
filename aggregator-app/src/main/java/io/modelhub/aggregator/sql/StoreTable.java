package io.modelhub.aggregator.sql;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * A table over the stores.
 *
 * @param <R> what a row is made of
 */
abstract class StoreTable<R> extends AbstractTable implements TranslatableTable {

    private final String name;
    private final String comment;
    private final String topic;
    private final boolean windowed;
    private final List<Column<R>> columns;

    /**
     * @param topic where its rows are published
     * @param windowed whether its rows are about windows
     */
    StoreTable(String name, String comment, String topic, boolean windowed, List<Column<R>> columns) {
        this.name = name;
        this.comment = comment;
        this.topic = topic;
        this.windowed = windowed;
        this.columns = List.copyOf(columns);
    }

    /**
     * Reads all rows that the narrowing lets pass; others may be among them.
     *
     * @throws StatementException they can't be read now, or are too many
     */
    abstract void read(Narrowing narrowing, Run run, Consumer<R> rows);

    /** What {@link #read} would ask for, for people. */
    abstract String explain(Narrowing narrowing);

    String name() {
        return name;
    }

    String comment() {
        return comment;
    }

    String topic() {
        return topic;
    }

    boolean isWindowed() {
        return windowed;
    }

    List<Column<R>> columns() {
        return columns;
    }

    /** How its rows are told as they change; empty where they aren't. */
    Optional<? extends Changes<?>> changes() {
        return Optional.empty();
    }

    /** Rows of some of its columns. */
    void read(int[] fields, Narrowing narrowing, Run run, Consumer<@Nullable Object[]> rows) {
        List<Column<R>> wanted = IntStream.of(fields).mapToObj(columns::get).toList();
        read(narrowing, run, row -> {
            @Nullable Object[] values = new @Nullable Object[wanted.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = wanted.get(i).value().apply(row);
            }
            rows.accept(values);
        });
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
        RelDataTypeFactory.Builder row = types.builder();
        columns.forEach(column -> row.add(column.name(), column.type().of(types, column.nullable())));
        return row.build();
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        return StoreScan.whole(context.getCluster(), table, this);
    }

    /** Sketches are no values: {@code *} leaves them out, and only {@link ApproxPercentile} takes them. */
    @Override
    public boolean isRolledUp(String column) {
        return columns.stream()
                .anyMatch(known ->
                        known.type() == ColumnType.SKETCH && known.name().equalsIgnoreCase(column));
    }

    @Override
    public boolean rolledUpColumnValidInsideAgg(
            String column, SqlCall call, @Nullable SqlNode parent, @Nullable CalciteConnectionConfig config) {
        return call.getOperator().getName().equals(ApproxPercentile.NAME);
    }
}
