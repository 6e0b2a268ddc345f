package io.modelhub.catalog.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A supported operator of JsonLogic: as jsonlogic.com describes it and, where that is silent, as its reference implementation
 * in ECMAScript behaves. Not supported are those that build values (map, filter, reduce, merge, cat) or write (log).
 *
 * @param least number of arguments
 * @param most number of arguments
 */
record Operator(String name, int least, int most, Function<Term[], Term> build) {

    private static final int ANY = Integer.MAX_VALUE;

    private static final Map<String, Operator> SUPPORTED = index(
            new Operator("var", 0, 2, Operator::variable),
            new Operator("missing", 1, ANY, Operator::missing),
            new Operator("missing_some", 2, 2, Operator::missingSome),
            new Operator("if", 2, ANY, Operator::choice),
            new Operator("?:", 3, 3, Operator::choice),
            new Operator("and", 1, ANY, terms -> firstThat(terms, value -> !Values.isTrue(value))),
            new Operator("or", 1, ANY, terms -> firstThat(terms, Values::isTrue)),
            test("!", value -> !Values.isTrue(value)),
            test("!!", Values::isTrue),
            comparison("==", 2, Values::areEqual),
            comparison("!=", 2, (left, right) -> !Values.areEqual(left, right)),
            comparison("===", 2, Values::areStrictlyEqual),
            comparison("!==", 2, (left, right) -> !Values.areStrictlyEqual(left, right)),
            comparison("<", 3, Values::isLess),
            comparison("<=", 3, Values::isAtMost),
            comparison(">", 2, (left, right) -> Values.isLess(right, left)),
            comparison(">=", 2, (left, right) -> Values.isAtMost(right, left)),
            new Operator("+", 1, ANY, terms -> folded(terms, Values::leadingNumber, Double::sum)),
            new Operator("*", 1, ANY, terms -> folded(terms, Values::leadingNumber, (a, b) -> a * b)),
            new Operator("-", 1, 2, Operator::difference),
            new Operator("/", 2, 2, terms -> folded(terms, Values::number, (a, b) -> a / b)),
            new Operator("%", 2, 2, terms -> folded(terms, Values::number, (a, b) -> a % b)),
            new Operator("max", 1, ANY, terms -> folded(terms, Values::number, Math::max)),
            new Operator("min", 1, ANY, terms -> folded(terms, Values::number, Math::min)),
            comparison("in", 2, Operator::isIn),
            new Operator("substr", 2, 3, Operator::part),
            walk("all", (list, test) -> !list.isEmpty() && list.stream().allMatch(test)),
            walk("some", (list, test) -> list.stream().anyMatch(test)),
            walk("none", (list, test) -> list.stream().noneMatch(test)));

    private interface Comparison {
        boolean holds(@Nullable Object left, @Nullable Object right);
    }

    private interface Walk {
        boolean holds(List<?> list, Predicate<@Nullable Object> test);
    }

    private interface ToNumber {
        double number(@Nullable Object value);
    }

    /** Null: not supported. */
    static @Nullable Operator of(String name) {
        return SUPPORTED.get(name);
    }

    boolean takes(int arguments) {
        return least <= arguments && arguments <= most;
    }

    /** {@code 2 arguments}, {@code 2 to 3 arguments}, {@code at least 1 argument}. */
    String arity() {
        String last = (most == ANY ? least : most) == 1 ? " argument" : " arguments";
        if (most == ANY) {
            return "at least " + least + last;
        }
        return (least == most ? "" + least : least + " to " + most) + last;
    }

    Term term(Term[] arguments) {
        return build.apply(arguments);
    }

    private static Map<String, Operator> index(Operator... operators) {
        return Stream.of(operators).collect(java.util.stream.Collectors.toUnmodifiableMap(Operator::name, op -> op));
    }

    private static Operator test(String name, Predicate<@Nullable Object> test) {
        return new Operator(name, 1, 1, terms -> {
            Term term = terms[0];
            return data -> test.test(term.value(data));
        });
    }

    /** Three arguments ask whether the middle one lies between the others. */
    private static Operator comparison(String name, int most, Comparison comparison) {
        return new Operator(name, 2, most, terms -> {
            Term left = terms[0];
            Term middle = terms[1];
            if (terms.length == 2) {
                return data -> comparison.holds(left.value(data), middle.value(data));
            }
            Term right = terms[2];
            return data -> {
                Object between = middle.value(data);
                return comparison.holds(left.value(data), between) && comparison.holds(between, right.value(data));
            };
        });
    }

    /** What is no list counts as an empty one. */
    private static Operator walk(String name, Walk walk) {
        return new Operator(name, 2, 2, terms -> {
            Term elements = terms[0];
            Term test = terms[1];
            return data -> walk.holds(
                    elements.value(data) instanceof List<?> list ? list : List.of(),
                    element -> Values.isTrue(test.value(element)));
        });
    }

    private static Term choice(Term[] terms) {
        return data -> {
            int index = 0;
            for (; index + 1 < terms.length; index += 2) {
                if (Values.isTrue(terms[index].value(data))) {
                    return terms[index + 1].value(data);
                }
            }
            return index < terms.length ? terms[index].value(data) : null;
        };
    }

    /** The first value that ends it, else the last one. */
    private static Term firstThat(Term[] terms, Predicate<@Nullable Object> ends) {
        return data -> {
            Object value = null;
            for (Term term : terms) {
                value = term.value(data);
                if (ends.test(value)) {
                    return value;
                }
            }
            return value;
        };
    }

    private static Term folded(Term[] terms, ToNumber reading, DoubleBinaryOperator fold) {
        return data -> {
            double result = reading.number(terms[0].value(data));
            for (int index = 1; index < terms.length; index++) {
                result = fold.applyAsDouble(result, reading.number(terms[index].value(data)));
            }
            return result;
        };
    }

    private static Term difference(Term[] terms) {
        return terms.length == 1
                ? data -> -Values.number(terms[0].value(data))
                : folded(terms, Values::number, (a, b) -> a - b);
    }

    private static boolean isIn(@Nullable Object sought, @Nullable Object place) {
        if (place instanceof String text) {
            return text.contains(Values.text(sought));
        }
        if (place instanceof List<?> list) {
            for (Object element : list) {
                if (Values.areStrictlyEqual(sought, element)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** From a start on, which counts from the end where negative; at most a length, or without the last ones where negative. */
    private static Term part(Term[] terms) {
        return data -> {
            String text = Values.text(terms[0].value(data));
            // A cast of NaN gives 0, as in ECMAScript, and one of a large number the largest int.
            int start = (int) Values.number(terms[1].value(data));
            int from = start < 0 ? Math.max(0, text.length() + start) : Math.min(start, text.length());
            int left = text.length() - from;
            int length = terms.length == 2 ? left : (int) Values.number(terms[2].value(data));
            int wanted = length < 0 ? Math.max(0, left + length) : Math.min(length, left);
            return text.substring(from, from + wanted);
        };
    }

    private static Term variable(Term[] terms) {
        if (terms.length == 0) {
            return data -> data;
        }
        Term otherwise = terms.length == 2 ? terms[1] : Term.of(null);
        Term name = terms[0];
        if (name instanceof Term.Constant constant) {
            String[] steps = steps(constant.constant());
            return data -> found(data, steps, otherwise);
        }
        return data -> found(data, steps(name.value(data)), otherwise);
    }

    static @Nullable Object found(@Nullable Object data, String[] steps, Term otherwise) {
        Object place = data;
        for (String step : steps) {
            if (place instanceof Map<?, ?> map) {
                place = map.get(step);
                if (place == null && !map.containsKey(step)) {
                    return otherwise.value(data);
                }
            } else if (place instanceof List<?> list) {
                int index = index(step);
                if (index < 0 || index >= list.size()) {
                    return otherwise.value(data);
                }
                place = list.get(index);
            } else {
                return otherwise.value(data);
            }
        }
        return place;
    }

    /** Negative: no index. */
    private static int index(String step) {
        if (step.isEmpty() || step.length() > 6) {
            return -1;
        }
        int index = 0;
        for (int position = 0; position < step.length(); position++) {
            char digit = step.charAt(position);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            index = index * 10 + (digit - '0');
        }
        return index;
    }

    /** Of {@code a.b.0}; none for nothing, which stands for all of the data. */
    static String[] steps(@Nullable Object name) {
        String text = name == null ? "" : Values.text(name);
        return text.isEmpty() ? new String[0] : text.split("\\.", -1);
    }

    private static Term missing(Term[] terms) {
        return data -> {
            Object first = terms[0].value(data);
            if (first instanceof List<?> names) {
                return missingOf(names, data);
            }
            List<@Nullable Object> names = new ArrayList<>(terms.length);
            for (Term term : terms) {
                names.add(term.value(data));
            }
            return missingOf(names, data);
        };
    }

    private static List<@Nullable Object> missingOf(List<?> names, @Nullable Object data) {
        List<@Nullable Object> missing = new ArrayList<>();
        for (Object name : names) {
            Object value = found(data, steps(name), Term.of(null));
            if (value == null || "".equals(value)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private static Term missingSome(Term[] terms) {
        return data -> {
            double needed = Values.number(terms[0].value(data));
            List<?> names = terms[1].value(data) instanceof List<?> list ? list : List.of();
            List<@Nullable Object> missing = missingOf(names, data);
            return names.size() - missing.size() >= needed ? List.of() : missing;
        };
    }
}
