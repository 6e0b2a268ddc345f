package io.modelhub.catalog.page;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How the list of one table can be sorted and narrowed; immutable. Its parts are found by a row comparison on the sorted column
 * and the key, so a part costs the same however far down it is, ties have a stable order, and what is written meanwhile neither
 * repeats nor hides an entry that stays where it is.
 *
 * <p>Parameters: {@code sort} (a column, with {@code -} in front: descending), {@code limit}, {@code after}, and the filters,
 * each at most once; anything else is refused by name.
 *
 * @param <K> the column that names an entry; unique and never null
 */
public final class Listing<K> {

    static final int DEFAULT_LIMIT = 100;
    static final int LARGEST_LIMIT = 1000;

    private static final String SORT = "sort";
    private static final String LIMIT = "limit";
    private static final String AFTER = "after";
    private static final String DESCENDING = "-";

    private final String table;
    private final Column<K> key;
    private final Map<String, Column<?>> sorts;
    private final Map<String, Filter> filters;
    private final String defaultSort;

    private record Column<T>(String name, ColumnType<T> type) {}

    /**
     * @param condition SQL with one placeholder
     * @param allowed empty: every value of the type
     */
    private record Filter(String condition, ColumnType<?> type, List<String> allowed) {

        @Nullable
        Object read(String text) {
            return allowed.isEmpty() || allowed.contains(text) ? type.read(text) : null;
        }

        String description() {
            return allowed.isEmpty() ? type.description() : "one of " + String.join(", ", allowed);
        }
    }

    private Listing(
            String table,
            Column<K> key,
            Map<String, Column<?>> sorts,
            Map<String, Filter> filters,
            String defaultSort) {
        this.table = table;
        this.key = key;
        this.sorts = sorts;
        this.filters = filters;
        this.defaultSort = defaultSort;
    }

    /** Sorted by the key, unless it is asked for otherwise. */
    public static <K> Listing<K> of(String table, String key, ColumnType<K> type) {
        Column<K> column = new Column<>(key, type);
        return new Listing<>(table, column, Map.of(key, column), Map.of(), key);
    }

    /** The same list with the last entries first, unless it is asked for otherwise. */
    public Listing<K> newestFirst() {
        return new Listing<>(table, key, sorts, filters, DESCENDING + key.name());
    }

    /** @param column never null in the table; an index over it and the key keeps a large list quick */
    public Listing<K> sortedBy(String column, ColumnType<?> type) {
        return new Listing<>(table, key, with(sorts, column, new Column<>(column, type)), filters, defaultSort);
    }

    /** Keeps what has exactly the value. */
    public Listing<K> filteredBy(String column, ColumnType<?> type) {
        return filteredBy(column, type, column + " = ?");
    }

    /** @param condition SQL with one placeholder */
    public Listing<K> filteredBy(String parameter, ColumnType<?> type, String condition) {
        return filtered(parameter, new Filter(condition, type, List.of()));
    }

    /** Keeps what has exactly the value, which must be one of these. */
    public Listing<K> filteredBy(String column, Collection<? extends Enum<?>> allowed) {
        List<String> texts = allowed.stream().map(Enum::toString).toList();
        return filtered(column, new Filter(column + " = ?", ColumnType.TEXT, texts));
    }

    /** {@code q}: keeps what has the text in one of these columns, in upper or lower case. Reads the whole list. */
    public Listing<K> searchedBy(String... columns) {
        String texts = Stream.of(columns).map(column -> column + "::text").collect(Collectors.joining(", "));
        return filteredBy("q", ColumnType.TEXT, "strpos(lower(concat_ws(chr(10), " + texts + ")), lower(?)) > 0");
    }

    private Listing<K> filtered(String parameter, Filter filter) {
        return new Listing<>(table, key, sorts, with(filters, parameter, filter), defaultSort);
    }

    private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
        Map<String, V> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    /**
     * The part of the list that is asked for.
     *
     * @param load gives the entries of some keys, in any order; one that is gone meanwhile is left out
     */
    public <T> Outcome<Page<T>> page(
            JdbcClient jdbc, ListRequest asked, Function<List<K>, List<T>> load, Function<T, K> keyOf) {
        Reading reading = new Reading(asked);
        if (!reading.problems.isEmpty()) {
            return Outcome.refused(Refusal.badParameters(reading.problems));
        }
        List<Place<K>> places = jdbc.sql(reading.sql())
                .params(reading.values())
                .query((row, number) -> new Place<>(
                        Objects.requireNonNull(row.getObject(1, key.type().type())),
                        Objects.requireNonNull(
                                row.getObject(2, reading.sort.type().type()))))
                .list();
        boolean more = places.size() > reading.limit;
        List<Place<K>> shown = more ? places.subList(0, reading.limit) : places;
        Map<K, T> entries = load.apply(shown.stream().map(Place::key).toList()).stream()
                .collect(Collectors.toMap(keyOf, Function.identity()));
        List<T> items = shown.stream()
                .map(place -> entries.get(place.key()))
                .filter(Objects::nonNull)
                .toList();
        return Outcome.done(new Page<>(items, more ? reading.cursor(shown.get(reading.limit - 1)) : null));
    }

    private record Place<K>(K key, Object sorted) {}

    /** A request, read: every wrong parameter is found. */
    private final class Reading {

        private final List<FieldProblem> problems = new ArrayList<>();
        private final Map<String, Object> chosen = new TreeMap<>();
        private final Map<String, String> given = new TreeMap<>();
        private final boolean descending;
        private final Column<?> sort;
        private final int limit;
        private final @Nullable List<Object> after;

        Reading(ListRequest asked) {
            asked.parameters().forEach(this::take);
            String order = given.getOrDefault(SORT, defaultSort);
            descending = order.startsWith(DESCENDING);
            sort = sort(descending ? order.substring(1) : order);
            limit = limit(given.get(LIMIT));
            after = after(given.get(AFTER));
        }

        private void take(String name, List<String> values) {
            Filter filter = filters.get(name);
            if (filter == null && !List.of(SORT, LIMIT, AFTER).contains(name)) {
                report(name, "unknown_parameter", "there is no such parameter here; there are " + parameters());
            } else if (values.size() != 1) {
                report(name, "duplicate", "must be given once");
            } else {
                given.put(name, values.get(0));
                if (filter != null) {
                    choose(name, filter, values.get(0));
                }
            }
        }

        private void choose(String name, Filter filter, String text) {
            Object value = filter.read(text);
            if (value == null) {
                report(name, "unknown_value", "must be " + filter.description());
            } else {
                chosen.put(name, value);
            }
        }

        private String parameters() {
            return Stream.concat(Stream.of(SORT, LIMIT, AFTER), filters.keySet().stream())
                    .collect(Collectors.joining(", "));
        }

        private Column<?> sort(String name) {
            Column<?> column = sorts.get(name);
            if (column == null) {
                report(
                        SORT,
                        "unknown_value",
                        "must be one of " + String.join(", ", sorts.keySet()) + ", with - in front: descending");
                return key;
            }
            return column;
        }

        private int limit(@Nullable String text) {
            Long number = text == null ? Long.valueOf(DEFAULT_LIMIT) : ColumnType.NUMBER.read(text);
            if (number == null || number < 1 || number > LARGEST_LIMIT) {
                report(LIMIT, "out_of_range", "must be a whole number from 1 to " + LARGEST_LIMIT);
                return DEFAULT_LIMIT;
            }
            return number.intValue();
        }

        /** The values of the sorted column and the key after which the part begins; null: it is the first part. */
        private @Nullable List<Object> after(@Nullable String text) {
            if (text == null) {
                return null;
            }
            Cursor cursor = Cursor.read(text);
            Object sorted = cursor == null ? null : sort.type().read(cursor.sorted());
            Object last = cursor == null ? null : key.type().read(cursor.key());
            if (cursor == null || sorted == null || last == null) {
                report(AFTER, "malformed", "must be the next of another answer, as it is");
                return null;
            }
            if (!cursor.list().equals(fingerprint())) {
                report(AFTER, "other_list", "is of a list with another sort or other filters; keep both between parts");
                return null;
            }
            return sort.equals(key) ? List.of(last) : List.of(sorted, last);
        }

        private void report(String parameter, String code, String message) {
            problems.add(new FieldProblem(parameter, code, message));
        }

        private String fingerprint() {
            return Cursor.fingerprint(table + " " + sort.name() + " " + descending + " " + chosen);
        }

        private String cursor(Place<K> last) {
            return new Cursor(fingerprint(), written(last.sorted()), written(last.key())).text();
        }

        private static String written(Object value) {
            return value instanceof OffsetDateTime time ? time.toInstant().toString() : value.toString();
        }

        /** Columns and conditions are this program's own; what the request says comes as parameters only. */
        private String sql() {
            List<String> columns = sort.equals(key) ? List.of(key.name()) : List.of(sort.name(), key.name());
            List<String> conditions = new ArrayList<>();
            chosen.keySet()
                    .forEach(name -> conditions.add(
                            Objects.requireNonNull(filters.get(name)).condition()));
            if (after != null) {
                conditions.add("(%s) %s (%s)"
                        .formatted(
                                String.join(", ", columns),
                                descending ? "<" : ">",
                                String.join(
                                        ", ",
                                        columns.stream().map(column -> "?").toList())));
            }
            return "SELECT %s, %s FROM %s%s ORDER BY %s LIMIT ?"
                    .formatted(
                            key.name(),
                            sort.name(),
                            table,
                            conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions),
                            columns.stream()
                                    .map(column -> descending ? column + " DESC" : column)
                                    .collect(Collectors.joining(", ")));
        }

        private List<Object> values() {
            List<Object> values = new ArrayList<>(chosen.values());
            if (after != null) {
                values.addAll(after);
            }
            // One more than is shown tells whether there is a next part.
            values.add(limit + 1);
            return values;
        }
    }
}
