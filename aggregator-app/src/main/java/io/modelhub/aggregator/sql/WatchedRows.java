package io.modelhub.aggregator.sql;

import java.util.List;
import java.util.function.Consumer;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Join;

/** Passes the rows of a join on, and stops a statement that has run too long or makes too many of them. */
public final class WatchedRows extends SingleRel implements EnumerableRel {

    private WatchedRows(RelNode join) {
        super(join.getCluster(), join.getTraitSet(), join);
    }

    /** A plan with each of its joins watched. */
    static RelNode ofJoins(RelNode plan) {
        RelNode copy = plan.getInputs().isEmpty()
                ? plan
                : plan.copy(
                        plan.getTraitSet(),
                        plan.getInputs().stream().map(WatchedRows::ofJoins).toList());
        return copy instanceof Join || copy instanceof Correlate ? new WatchedRows(copy) : copy;
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return new WatchedRows(inputs.get(0));
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
        BlockBuilder block = new BlockBuilder();
        Result joined = implementor.visitChild(this, 0, (EnumerableRel) getInput(), prefer);
        return implementor.result(
                joined.physType,
                block.append(Expressions.call(
                                WatchedRows.class,
                                "watched",
                                block.append("joined", joined.block),
                                implementor.getRootExpression()))
                        .toBlock());
    }

    /** For the code of a plan. */
    public static <T> Enumerable<T> watched(Enumerable<T> rows, DataContext root) {
        Run run = (Run) root;
        return checking(rows, run::check, row -> run.countJoined(row instanceof Object[] values ? values.length : 1));
    }

    /** The rows, with a check before each. */
    static <T> Enumerable<T> checking(Enumerable<T> rows, Runnable check) {
        return checking(rows, check, row -> {});
    }

    /** The rows, with a check before each, and each noted. */
    private static <T> Enumerable<T> checking(Enumerable<T> rows, Runnable check, Consumer<? super T> note) {
        return new AbstractEnumerable<>() {
            @Override
            public Enumerator<T> enumerator() {
                Enumerator<T> all = rows.enumerator();
                return new Enumerator<>() {
                    @Override
                    public T current() {
                        return all.current();
                    }

                    @Override
                    public boolean moveNext() {
                        check.run();
                        if (!all.moveNext()) {
                            return false;
                        }
                        note.accept(all.current());
                        return true;
                    }

                    @Override
                    public void reset() {
                        all.reset();
                    }

                    @Override
                    public void close() {
                        all.close();
                    }
                };
            }
        };
    }
}
