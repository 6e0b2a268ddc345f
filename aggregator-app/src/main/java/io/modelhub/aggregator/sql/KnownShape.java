package io.modelhub.aggregator.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * What a statement of some {@link Shape} is made into.
 *
 * @param statement with question marks in the place of its parameters
 * @param parameters for each parameter the number of its literal
 * @param fixed the literals that are none, by number; null for one that is: another statement must have the same
 */
record KnownShape(String statement, Plan plan, List<Integer> parameters, List<@Nullable Object> fixed) {

    /** Empty where a parameter is no literal of the shape, as it stands there. */
    static Optional<KnownShape> of(Shape shape, List<Parameters.Literal> parameters, String statement, Plan plan) {
        List<@Nullable Object> fixed = new ArrayList<>();
        shape.literals().forEach(literal -> fixed.add(literal.value()));
        List<Integer> numbers = new ArrayList<>();
        for (Parameters.Literal parameter : parameters) {
            int number = numberOf(parameter, shape);
            if (number < 0) {
                return Optional.empty();
            }
            fixed.set(number, null);
            numbers.add(number);
        }
        return Optional.of(new KnownShape(statement, plan, numbers, fixed));
    }

    private static int numberOf(Parameters.Literal parameter, Shape shape) {
        for (int i = 0; i < shape.literals().size(); i++) {
            Parameters.Literal literal = shape.literals().get(i);
            if (startsAt(literal.at(), parameter.at()) && literal.value().equals(parameter.value())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsAt(SqlParserPos one, SqlParserPos other) {
        return one.getLineNum() == other.getLineNum() && one.getColumnNum() == other.getColumnNum();
    }

    /** The parameters of another statement of the shape; empty where it differs in more than those. */
    Optional<List<Parameters.Literal>> parametersOf(Shape shape) {
        for (int i = 0; i < fixed.size(); i++) {
            Object value = fixed.get(i);
            if (value != null && !value.equals(shape.literals().get(i).value())) {
                return Optional.empty();
            }
        }
        return Optional.of(
                parameters.stream().map(number -> shape.literals().get(number)).toList());
    }
}
