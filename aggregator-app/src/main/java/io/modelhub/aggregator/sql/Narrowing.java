package io.modelhub.aggregator.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;

/**
 * What a filter says of single columns: texts that they must be one of, and bounds of their numbers. It lets pass every row that the
 * filter lets pass, and others; the filter is still tested on each row.
 */
final class Narrowing {

    /** Lets everything pass. */
    static final Narrowing NONE = new Narrowing(Map.of(), Map.of());

    /** Half-open, [from, to). */
    private record Bounds(long from, long to) {

        static final Bounds ALL = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);

        Bounds and(Bounds other) {
            return new Bounds(Math.max(from, other.from), Math.min(to, other.to));
        }

        Bounds or(Bounds other) {
            return new Bounds(Math.min(from, other.from), Math.max(to, other.to));
        }
    }

    private final Map<String, Set<String>> texts;
    private final Map<String, Bounds> bounds;

    private Narrowing(Map<String, Set<String>> texts, Map<String, Bounds> bounds) {
        this.texts = texts;
        this.bounds = bounds;
    }

    /**
     * What a filter over a table's rows says.
     *
     * @param constants gives the value of an expression that is the same for all rows
     */
    static Narrowing of(RexNode filter, RexBuilder builder, List<String> columns, Constants constants) {
        return new Reader(columns, constants).read(RexUtil.expandSearch(builder, null, filter));
    }

    /** What the column must be one of; empty: anything. */
    Optional<Set<String>> texts(String column) {
        return Optional.ofNullable(texts.get(column));
    }

    /** Inclusive. */
    long from(String column) {
        return bounds.getOrDefault(column, Bounds.ALL).from;
    }

    /** Exclusive. */
    long to(String column) {
        return bounds.getOrDefault(column, Bounds.ALL).to;
    }

    /** Whether it can be told that no row passes. */
    boolean isEmpty() {
        return texts.values().stream().anyMatch(Set::isEmpty)
                || bounds.values().stream().anyMatch(bound -> bound.from >= bound.to);
    }

    private Narrowing and(Narrowing other) {
        Map<String, Set<String>> bothTexts = new HashMap<>(texts);
        other.texts.forEach((column, values) -> bothTexts.merge(column, values, Narrowing::common));
        Map<String, Bounds> bothBounds = new HashMap<>(bounds);
        other.bounds.forEach((column, bound) -> bothBounds.merge(column, bound, Bounds::and));
        return new Narrowing(bothTexts, bothBounds);
    }

    /** A column that only one of them speaks of may be anything. */
    private Narrowing or(Narrowing other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        Map<String, Set<String>> eitherTexts = new HashMap<>();
        texts.forEach((column, values) -> other.texts(column).ifPresent(others -> {
            Set<String> either = new TreeSet<>(values);
            either.addAll(others);
            eitherTexts.put(column, either);
        }));
        Map<String, Bounds> eitherBounds = new HashMap<>();
        bounds.forEach((column, bound) -> {
            Bounds others = other.bounds.get(column);
            if (others != null) {
                eitherBounds.put(column, bound.or(others));
            }
        });
        return new Narrowing(eitherTexts, eitherBounds);
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> common = new TreeSet<>(some);
        common.retainAll(others);
        return common;
    }

    private record Reader(List<String> columns, Constants constants) {

        Narrowing read(RexNode filter) {
            if (!(filter instanceof RexCall call)) {
                return NONE;
            }
            return switch (call.getKind()) {
                case AND -> all(call).stream().reduce(Narrowing::and).orElse(NONE);
                case OR -> all(call).stream().reduce(Narrowing::or).orElse(NONE);
                case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> comparison(call);
                default -> NONE;
            };
        }

        private List<Narrowing> all(RexCall call) {
            List<Narrowing> all = new ArrayList<>();
            call.getOperands().forEach(operand -> all.add(read(operand)));
            return all;
        }

        private Narrowing comparison(RexCall call) {
            RexNode left = call.getOperands().get(0);
            RexNode right = call.getOperands().get(1);
            return left instanceof RexInputRef column
                    ? comparison(column, call.getKind(), right)
                    : right instanceof RexInputRef column
                            ? comparison(column, call.getKind().reverse(), left)
                            : NONE;
        }

        private Narrowing comparison(RexInputRef column, SqlKind kind, RexNode other) {
            Optional<Object> value = constants.valueOf(other);
            String name = columns.get(column.getIndex());
            if (value.isPresent() && value.get() instanceof String text && kind == SqlKind.EQUALS) {
                return new Narrowing(Map.of(name, Set.of(text)), Map.of());
            }
            if (value.isPresent() && value.get() instanceof Long number) {
                return new Narrowing(Map.of(), Map.of(name, bounds(kind, number)));
            }
            return NONE;
        }

        private static Bounds bounds(SqlKind kind, long number) {
            long next = number == Long.MAX_VALUE ? number : number + 1;
            return switch (kind) {
                case EQUALS -> new Bounds(number, next);
                case LESS_THAN -> new Bounds(Long.MIN_VALUE, number);
                case LESS_THAN_OR_EQUAL -> new Bounds(Long.MIN_VALUE, next);
                case GREATER_THAN -> new Bounds(next, Long.MAX_VALUE);
                default -> new Bounds(number, Long.MAX_VALUE);
            };
        }
    }
}
