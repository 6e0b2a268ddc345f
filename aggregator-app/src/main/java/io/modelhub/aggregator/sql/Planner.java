package io.modelhub.aggregator.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.RelShuttleImpl;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.metadata.RelColumnOrigin;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.ConvertToChecked;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.RelFieldTrimmer;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.tools.RelBuilder;
import org.jspecify.annotations.Nullable;

/** From statements to plans. For any thread. */
final class Planner {

    /** Filters go down to the scans, and what the engine has no own operator for is put differently. */
    private static final List<RelOptRule> REWRITES = List.of(
            CoreRules.FILTER_INTO_JOIN,
            CoreRules.JOIN_CONDITION_PUSH,
            CoreRules.FILTER_PROJECT_TRANSPOSE,
            CoreRules.FILTER_AGGREGATE_TRANSPOSE,
            CoreRules.FILTER_SET_OP_TRANSPOSE,
            CoreRules.FILTER_MERGE,
            CoreRules.PROJECT_MERGE,
            CoreRules.AGGREGATE_REDUCE_FUNCTIONS,
            CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES,
            CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW);

    private static final List<RelOptRule> SUB_QUERIES = List.of(
            CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
            CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
            CoreRules.JOIN_SUB_QUERY_TO_CORRELATE);

    /** The operators that plans are made of; recursion is none of them. */
    private static final List<RelOptRule> OPERATORS = List.of(
            EnumerableRules.ENUMERABLE_JOIN_RULE,
            EnumerableRules.ENUMERABLE_CORRELATE_RULE,
            EnumerableRules.ENUMERABLE_PROJECT_RULE,
            EnumerableRules.ENUMERABLE_FILTER_RULE,
            EnumerableRules.ENUMERABLE_AGGREGATE_RULE,
            EnumerableRules.ENUMERABLE_SORT_RULE,
            EnumerableRules.ENUMERABLE_LIMIT_RULE,
            EnumerableRules.ENUMERABLE_LIMIT_SORT_RULE,
            EnumerableRules.ENUMERABLE_UNION_RULE,
            EnumerableRules.ENUMERABLE_INTERSECT_RULE,
            EnumerableRules.ENUMERABLE_MINUS_RULE,
            EnumerableRules.ENUMERABLE_VALUES_RULE,
            EnumerableRules.ENUMERABLE_WINDOW_RULE);

    /** Filters and projections only have code as one operator. */
    private static final List<RelOptRule> FUSION = List.of(
            EnumerableRules.ENUMERABLE_FILTER_TO_CALC_RULE,
            EnumerableRules.ENUMERABLE_PROJECT_TO_CALC_RULE,
            CoreRules.CALC_MERGE);

    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(false)
            .withInSubQueryThreshold(Integer.MAX_VALUE);

    private final CalciteSchema schema = Schema.root();
    private final SqlOperatorTable operators = Schema.operators();

    /**
     * Plans a statement.
     *
     * @param statement with question marks; it is changed
     * @throws StatementException it names what there isn't, or means nothing
     */
    Plan plan(SqlNode statement) {
        JavaTypeFactory types = new JavaTypeFactoryImpl(new Types()); // It isn't for several threads.
        CalciteCatalogReader catalog = catalog(types);
        SqlValidator validator = validator(catalog, types);
        SqlNode validated = validated(validator, statement);
        VolcanoPlanner volcano = new VolcanoPlanner();
        volcano.addRelTraitDef(ConventionTraitDef.INSTANCE);
        // No orders: constant rows have one for each of their columns, which the planner can't take. Sorts stay where
        // they are.
        OPERATORS.forEach(volcano::addRule);
        RelOptCluster cluster = RelOptCluster.create(volcano, new RexBuilder(types));
        SqlToRelConverter converter = new SqlToRelConverter(
                (rowType, query, path, view) -> {
                    throw new UnsupportedOperationException("there are no views");
                },
                validator,
                catalog,
                cluster,
                StandardConvertletTable.INSTANCE,
                CONVERSION);
        RelRoot root = converted(converter, validated);
        RelNode logical = rewritten(root.project(), cluster);
        List<Plan.Column> columns = columns(root, logical);
        EnumerableRel physical = physical(trimmed(logical, cluster), volcano);
        Map<String, Object> carried = new HashMap<>();
        Bindable<?> code = EnumerableInterpretable.toBindable(carried, null, physical, EnumerableRel.Prefer.ARRAY);
        return new Plan(columns, parameters(physical), scans(physical), RelOptUtil.toString(physical), carried, code);
    }

    /**
     * What a statement with {@link Placeholders} asks for and answers.
     *
     * @throws StatementException it names what there isn't, or means nothing
     */
    StatementShape shape(SqlNode statement) {
        JavaTypeFactory types = new JavaTypeFactoryImpl(new Types());
        SqlValidator validator = validator(catalog(types), types);
        SqlNode validated = validated(validator, statement);
        Map<Integer, String> parameters = new TreeMap<>();
        validated.accept(new SqlBasicVisitor<Void>() {
            @Override
            public @Nullable Void visit(SqlDynamicParam parameter) {
                if (Placeholders.isOne(parameter)) {
                    parameters.put(parameter.getIndex(), KsqlTypes.name(validator.getValidatedNodeType(parameter)));
                }
                return null;
            }
        });
        return new StatementShape(
                validator.getValidatedNodeType(validated).getFieldList().stream()
                        .map(field -> new SqlAnswer.Column(field.getName(), KsqlTypes.name(field.getType()), false))
                        .toList(),
                List.copyOf(parameters.values()));
    }

    private CalciteCatalogReader catalog(JavaTypeFactory types) {
        return new CalciteCatalogReader(schema, List.of(), types, config());
    }

    private SqlValidator validator(CalciteCatalogReader catalog, JavaTypeFactory types) {
        return SqlValidatorUtil.newValidator(
                SqlOperatorTables.chain(operators, catalog),
                catalog,
                types,
                SqlValidator.Config.DEFAULT.withConformance(Dialect.CONFORMANCE).withIdentifierExpansion(true));
    }

    private static SqlNode validated(SqlValidator validator, SqlNode statement) {
        Stars.takeApart(statement);
        try {
            return validator.validate(statement);
        } catch (CalciteContextException e) {
            throw Dialect.refused(e);
        }
    }

    /** The converter calls itself by reflection, which wraps what it ends by. */
    private static RelRoot converted(SqlToRelConverter converter, SqlNode validated) {
        try {
            return converter.convertQuery(validated, false, true);
        } catch (RuntimeException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof StackOverflowError tooDeep) {
                    throw tooDeep;
                }
            }
            throw e;
        }
    }

    private static RelNode rewritten(RelNode root, RelOptCluster cluster) {
        RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(cluster, null);
        RelNode joined = RelDecorrelator.decorrelateQuery(by(SUB_QUERIES, root), builder);
        RelNode checked = joined.accept(new ConvertToChecked(cluster.getRexBuilder(), true));
        return narrowed(by(REWRITES, checked));
    }

    private static RelNode by(List<RelOptRule> rules, RelNode node) {
        HepPlanner planner =
                new HepPlanner(new HepProgramBuilder().addRuleCollection(rules).build());
        planner.setRoot(node);
        return planner.findBestExp();
    }

    /** Tells each scan what is filtered right above it. */
    private static RelNode narrowed(RelNode node) {
        return node.accept(new RelShuttleImpl() {
            @Override
            public RelNode visit(LogicalFilter filter) {
                return filter.getInput() instanceof StoreScan scan && !scan.isNarrowed()
                        ? filter.copy(
                                filter.getTraitSet(), scan.narrowedBy(filter.getCondition()), filter.getCondition())
                        : super.visit(filter);
            }
        });
    }

    private static RelNode trimmed(RelNode node, RelOptCluster cluster) {
        return new RelFieldTrimmer(null, RelFactories.LOGICAL_BUILDER.create(cluster, null)).trim(node);
    }

    private static EnumerableRel physical(RelNode logical, VolcanoPlanner planner) {
        RelTraitSet wanted = logical.getTraitSet().replace(EnumerableConvention.INSTANCE);
        planner.setRoot(logical.getTraitSet().equals(wanted) ? logical : planner.changeTraits(logical, wanted));
        return (EnumerableRel) WatchedRows.ofJoins(by(FUSION, planner.findBestExp()));
    }

    private static List<Plan.Column> columns(RelRoot root, RelNode logical) {
        List<Plan.Column> columns = new ArrayList<>();
        for (int i = 0; i < root.fields.size(); i++) {
            RelDataType type = logical.getRowType().getFieldList().get(i).getType();
            RelColumnOrigin origin = logical.getCluster().getMetadataQuery().getColumnOrigin(logical, i);
            columns.add(new Plan.Column(root.fields.get(i).getValue(), type, KsqlTypes.name(type), isKey(origin)));
        }
        return columns;
    }

    private static boolean isKey(@Nullable RelColumnOrigin origin) {
        if (origin == null || origin.isDerived()) {
            return false;
        }
        StoreTable<?> table = origin.getOriginTable().unwrap(StoreTable.class);
        return table != null
                && table.columns().get(origin.getOriginColumnOrdinal()).key();
    }

    private static Map<Integer, RelDataType> parameters(RelNode plan) {
        Map<Integer, RelDataType> parameters = new HashMap<>();
        RexShuttle reader = new RexShuttle() {
            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                parameters.put(parameter.getIndex(), parameter.getType());
                return parameter;
            }
        };
        visit(plan, node -> node.accept(reader));
        return parameters;
    }

    private static List<StoreScan> scans(RelNode plan) {
        List<StoreScan> scans = new ArrayList<>();
        visit(plan, node -> {
            if (node instanceof StoreScan scan) {
                scans.add(scan);
            }
        });
        return scans;
    }

    private interface Visit {
        void of(RelNode node);
    }

    private static void visit(RelNode plan, Visit visit) {
        new RelVisitor() {
            @Override
            public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
                visit.of(node);
                super.visit(node, ordinal, parent);
            }
        }.go(plan);
    }

    private static CalciteConnectionConfigImpl config() {
        return new CalciteConnectionConfigImpl(new Properties()).set(CalciteConnectionProperty.CASE_SENSITIVE, "false");
    }
}
