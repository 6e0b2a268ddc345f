package io.modelhub.aggregator.sql;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * {@code t.*} of a table with a sketch, taken apart into its other columns. Of {@code *} Calcite leaves sketches out by itself
 * ({@link StoreTable#isRolledUp}), of {@code t.*} it doesn't.
 */
final class Stars extends SqlBasicVisitor<@Nullable Void> {

    /** Names that {@code WITH} gives: they hide tables. */
    private final Set<String> hidden = new HashSet<>();

    private Stars() {}

    /** Changes the statement. */
    static void takeApart(SqlNode statement) {
        Stars stars = new Stars();
        statement.accept(new SqlBasicVisitor<@Nullable Void>() {
            @Override
            public @Nullable Void visit(SqlCall call) {
                if (call instanceof SqlWithItem item) {
                    stars.hidden.add(item.name.getSimple().toUpperCase(Locale.ROOT));
                }
                return super.visit(call);
            }
        });
        statement.accept(stars);
    }

    @Override
    public @Nullable Void visit(SqlCall call) {
        if (call instanceof SqlSelect select && select.getFrom() != null) {
            Map<String, StoreTable<?>> tables = new HashMap<>();
            find(select.getFrom(), tables);
            select.setSelectList(takenApart(select.getSelectList(), tables));
        }
        return super.visit(call);
    }

    private void find(SqlNode from, Map<String, StoreTable<?>> tables) {
        if (from instanceof SqlJoin join) {
            find(join.getLeft(), tables);
            find(join.getRight(), tables);
        } else if (from.getKind() == SqlKind.AS) {
            List<SqlNode> operands = ((SqlCall) from).getOperandList();
            if (operands.size() == 2) { // More of them give new names to columns.
                add(operands.get(0), ((SqlIdentifier) operands.get(1)).getSimple(), tables);
            }
        } else if (named(from) instanceof SqlIdentifier name && name.isSimple()) {
            add(name, name.getSimple(), tables);
        }
    }

    private void add(SqlNode from, String alias, Map<String, StoreTable<?>> tables) {
        if (named(from) instanceof SqlIdentifier name
                && name.isSimple()
                && !hidden.contains(name.getSimple().toUpperCase(Locale.ROOT))) {
            for (StoreTable<?> table : Schema.tables()) {
                if (table.name().equalsIgnoreCase(name.getSimple())
                        && table.columns().stream().anyMatch(column -> table.isRolledUp(column.name()))) {
                    tables.put(alias.toUpperCase(Locale.ROOT), table);
                }
            }
        }
    }

    private static SqlNode named(SqlNode from) {
        return from.getKind() == SqlKind.TABLE_REF ? ((SqlCall) from).operand(0) : from;
    }

    private static SqlNodeList takenApart(SqlNodeList items, Map<String, StoreTable<?>> tables) {
        SqlNodeList result = new SqlNodeList(items.getParserPosition());
        for (SqlNode item : items) {
            StoreTable<?> table = item instanceof SqlIdentifier name && name.isStar() && name.names.size() == 2
                    ? tables.get(name.names.get(0).toUpperCase(Locale.ROOT))
                    : null;
            if (table == null) {
                result.add(item);
                continue;
            }
            String alias = ((SqlIdentifier) item).names.get(0);
            table.columns().stream()
                    .filter(column -> !table.isRolledUp(column.name()))
                    .forEach(column ->
                            result.add(new SqlIdentifier(List.of(alias, column.name()), item.getParserPosition())));
        }
        return result;
    }
}
