package io.modelhub.aggregator.sql;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.schema.impl.ScalarFunctionImpl;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.jspecify.annotations.Nullable;

/** The tables and functions that statements may name, and no others. */
final class Schema {

    /**
     * Of SQL's own. Left out is what reaches out of the statement, what makes texts or numbers without bounds out of short statements, and
     * what ksqlDB's types can't answer.
     */
    private static final Set<String> STANDARD_FUNCTIONS = Set.of(
            "ABS",
            "ANY_VALUE",
            "AVG",
            "CAST",
            "CEIL",
            "CHARACTER_LENGTH",
            "CHAR_LENGTH",
            "COALESCE",
            "COUNT",
            "CUME_DIST",
            "DENSE_RANK",
            "EXP",
            "FIRST_VALUE",
            "FLOOR",
            "GROUPING",
            "LAG",
            "LAST_VALUE",
            "LEAD",
            "LN",
            "LOG10",
            "LOWER",
            "MAX",
            "MIN",
            "MOD",
            "NTH_VALUE",
            "NTILE",
            "NULLIF",
            "PERCENT_RANK",
            "POSITION",
            "POWER",
            "RANK",
            "ROUND",
            "ROW_NUMBER",
            "SIGN",
            "SINGLE_VALUE",
            "SQRT",
            "STDDEV",
            "STDDEV_POP",
            "STDDEV_SAMP",
            "SUBSTRING",
            "SUM",
            "SUM0",
            "$SUM0",
            "TRIM",
            "TRUNCATE",
            "UPPER",
            "VARIANCE",
            "VAR_POP",
            "VAR_SAMP");

    private static final Set<String> REFUSED_OPERATORS =
            Set.of("||", "SIMILAR TO", "NOT SIMILAR TO", "MULTISET UNION", "MULTISET UNION ALL", "UNNEST", "LATERAL");

    private static final List<StoreTable<?>> TABLES = Stream.of(
                    UsageTable.all(), List.of(new KeyQuotaTable(), new QuotaEventTable()), EntityTable.all())
            .<StoreTable<?>>flatMap(List::stream)
            .toList();

    private static final String[] TIME_FUNCTIONS = {
        "epochMs",
        "isoTime",
        "dayOf",
        "monthOf",
        "hourOf",
        "weekdayOf",
        "hourStart",
        "dayStart",
        "monthStart",
        "timestampToString"
    };

    private Schema() {}

    static List<StoreTable<?>> tables() {
        return TABLES;
    }

    /** @param name in any case */
    static Optional<StoreTable<?>> table(String name) {
        return TABLES.stream()
                .filter(table -> table.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    static CalciteSchema root() {
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        SchemaPlus schema = root.plus();
        TABLES.forEach(table -> schema.add(table.name(), table));
        for (String method : TIME_FUNCTIONS) {
            ScalarFunctionImpl.functions(TimeFunctions.class)
                    .get(method)
                    .forEach(function -> schema.add(sqlName(method), function));
        }
        schema.add("CONCAT", requireNonNull(ScalarFunctionImpl.create(TextFunctions.class, "concat")));
        return root;
    }

    /** epochMs is EPOCH_MS; ksqlDB's TIMESTAMPTOSTRING has no underscores. */
    private static String sqlName(String method) {
        return method.equals("timestampToString")
                ? "TIMESTAMPTOSTRING"
                : method.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    /** SQL's own operators, without those that are left out. */
    static SqlOperatorTable operators() {
        SqlOperatorTable standard = SqlStdOperatorTable.instance();
        return new SqlOperatorTable() {
            @Override
            public void lookupOperatorOverloads(
                    SqlIdentifier name,
                    @Nullable SqlFunctionCategory category,
                    SqlSyntax syntax,
                    List<SqlOperator> found,
                    SqlNameMatcher matcher) {
                List<SqlOperator> known = new ArrayList<>();
                standard.lookupOperatorOverloads(name, category, syntax, known, matcher);
                known.stream().filter(Schema::isAllowed).forEach(found::add);
                if (name.isSimple() && matcher.matches(name.getSimple(), ApproxPercentile.NAME)) {
                    found.add(ApproxPercentile.FUNCTION);
                }
            }

            @Override
            public List<SqlOperator> getOperatorList() {
                return standard.getOperatorList().stream()
                        .filter(Schema::isAllowed)
                        .toList();
            }
        };
    }

    private static boolean isAllowed(SqlOperator operator) {
        return operator instanceof SqlFunction
                ? STANDARD_FUNCTIONS.contains(operator.getName())
                : !REFUSED_OPERATORS.contains(operator.getName());
    }

    /** By name, for people. */
    static List<String> functions() {
        return Stream.concat(
                        Stream.concat(
                                Stream.of(TIME_FUNCTIONS).map(Schema::sqlName),
                                Stream.of(ApproxPercentile.NAME, "CONCAT", "UNIX_TIMESTAMP")),
                        STANDARD_FUNCTIONS.stream()
                                .filter(name -> !name.contains("SUM0") && !name.equals("SINGLE_VALUE")))
                .sorted()
                .toList();
    }
}
