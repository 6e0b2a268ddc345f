package io.modelhub.catalog.answer;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that is ordered by identifier.
 *
 * @param items at most as many as were asked for
 * @param next send it as {@code after} to get the next part; null: this was the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {

    public static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1000;

    /** A limit within bounds, whatever was asked for. */
    public static int limit(int asked) {
        return Math.max(1, Math.min(LARGEST_LIMIT, asked));
    }

    /** @param found up to one more than the limit, which tells whether there are more */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> identifier) {
        if (found.size() <= limit) {
            return new Page<>(List.copyOf(found), null);
        }
        List<T> items = List.copyOf(found.subList(0, limit));
        return new Page<>(items, identifier.apply(items.get(limit - 1)));
    }

    public <R> Page<R> map(Function<T, R> view) {
        return new Page<>(items.stream().map(view).toList(), next);
    }
}
