package io.modelhub.aggregator.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.ImmutableIntList;
import org.jspecify.annotations.Nullable;

/** Reads a {@link StoreTable}: the columns that are needed, and as few rows as what is filtered afterwards allows. */
final class StoreScan extends TableScan implements EnumerableRel {

    private static final double ROWS = 100_000;
    private static final double NARROWED_ROWS = 1_000;

    private final StoreTable<?> store;
    private final ImmutableIntList fields;
    private final @Nullable RexNode filter;

    private StoreScan(
            RelOptCluster cluster,
            RelOptTable table,
            StoreTable<?> store,
            ImmutableIntList fields,
            @Nullable RexNode filter) {
        super(cluster, cluster.traitSetOf(EnumerableConvention.INSTANCE), List.of(), table);
        this.store = store;
        this.fields = fields;
        this.filter = filter;
    }

    static StoreScan whole(RelOptCluster cluster, RelOptTable table, StoreTable<?> store) {
        return new StoreScan(cluster, table, store, identity(table), null);
    }

    /** @param above filter over this whole scan, which stays: the scan may give rows that it doesn't let pass */
    StoreScan narrowedBy(RexNode above) {
        return new StoreScan(getCluster(), table, store, fields, above);
    }

    boolean isNarrowed() {
        return filter != null;
    }

    StoreTable<?> store() {
        return store;
    }

    Narrowing narrowing(Constants constants) {
        return reader().narrowing(constants);
    }

    private Reader reader() {
        return new Reader(store, fields.toIntArray(), filter, getCluster().getRexBuilder());
    }

    @Override
    public RelNode project(ImmutableBitSet used, Set<RelDataTypeField> extra, RelBuilder builder) {
        // No row has no column: where only their number matters, the first one stands for all.
        ImmutableBitSet kept = used.isEmpty() ? ImmutableBitSet.of(0) : used;
        List<Integer> columns = new ArrayList<>();
        kept.forEach(field -> columns.add(fields.get(field)));
        return new StoreScan(getCluster(), table, store, ImmutableIntList.copyOf(columns), filter);
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public RelDataType deriveRowType() {
        RelDataTypeFactory.Builder row = getCluster().getTypeFactory().builder();
        List<RelDataTypeField> all = table.getRowType().getFieldList();
        fields.forEach(field -> row.add(all.get(field)));
        return row.build();
    }

    @Override
    public double estimateRowCount(RelMetadataQuery metadata) {
        return filter == null ? ROWS : NARROWED_ROWS;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("fields", fields).itemIf("narrowedBy", filter, filter != null);
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
        PhysType rows = PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY, false);
        Expression reader = implementor.stash(reader(), RowReader.class);
        return implementor.result(
                rows, Blocks.toBlock(Expressions.call(reader, "rows", implementor.getRootExpression())));
    }

    /** The scan in the code of a plan. */
    record Reader(
            StoreTable<?> store, int[] fields, @Nullable RexNode filter, RexBuilder builder) implements RowReader {

        Narrowing narrowing(Constants constants) {
            return filter == null
                    ? Narrowing.NONE
                    : Narrowing.of(
                            filter,
                            builder,
                            store.columns().stream().map(Column::name).toList(),
                            constants);
        }

        @Override
        public Enumerable<@Nullable Object[]> rows(DataContext root) {
            return ((Execution) root).rows(this);
        }
    }
}
