package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.condition.Condition;
import io.modelhub.catalog.outbox.Changes;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The database holds every rule by itself: each constraint is broken by a row that the app would never write. It was filled
 * before its last migration.
 */
class ConstraintsIT {

    private static final JsonMapper JSON = new JsonMapper();

    private static RunningCatalog catalog;

    /**
     * A row of the table, copied with other values, breaks the constraint.
     *
     * @param row SQL condition that finds the row to copy
     * @param values the other values, a JSON object by column
     */
    record Broken(String constraint, String row, String values) {

        String table() {
            return constraint.substring(0, constraint.indexOf("__"));
        }
    }

    static final List<Broken> BROKEN = List.of(
            new Broken("organization__id__taken", "id = 'o'", "{}"),
            new Broken("organization__id__malformed", "id = 'o'", "{\"id\":\"a.b\"}"),
            new Broken("organization__name__length", "id = 'o'", "{\"name\":\"  \"}"),
            new Broken("organization__time_zone__unknown_value", "id = 'o'", "{\"time_zone\":\"+02:00\"}"),
            new Broken("organization__status__unknown_value", "id = 'o'", "{\"status\":\"Deprecated\"}"),
            new Broken("provider__slug__taken", "slug = 'p'", "{\"name\":\"Q\"}"),
            new Broken("provider__name__taken", "slug = 'p'", "{\"slug\":\"q\"}"),
            new Broken("provider__slug__malformed", "slug = 'p'", "{\"slug\":\"-\"}"),
            new Broken("provider__name__length", "slug = 'p'", "{\"name\":\"" + "x".repeat(201) + "\"}"),
            new Broken("provider__description__length", "slug = 'p'", "{\"description\":\"" + "x".repeat(2001) + "\"}"),
            new Broken("provider__website__malformed", "slug = 'p'", "{\"website\":\"ftp://example.com\"}"),
            new Broken("provider__documentation_url__malformed", "slug = 'p'", "{\"documentation_url\":\"x\"}"),
            new Broken("provider__status__unknown_value", "slug = 'p'", "{\"status\":\"Gone\"}"),
            new Broken("provider__config__type", "slug = 'p'", "{\"config\":\"[]\"}"),
            new Broken("provider__config__length", "slug = 'p'", "{\"config\":\"{" + " ".repeat(64 * 1024) + "}\"}"),
            new Broken("model__uuid__taken", "id = 'p/m'", "{\"id\":\"p/n\",\"name\":\"n\"}"),
            new Broken("model__name__taken", "id = 'p/m'", "{\"uuid\":\"00000000-0000-0000-0000-000000000001\"}"),
            new Broken(
                    "model__provider__unknown",
                    "id = 'p/m'",
                    "{\"uuid\":\"00000000-0000-0000-0000-000000000001\",\"id\":\"q/m\",\"provider\":\"q\"}"),
            new Broken("model__id__malformed", "id = 'p/m'", "{\"id\":\"p/n\"}"),
            new Broken("model__name__malformed", "id = 'p/m'", "{\"id\":\"p/a b\",\"name\":\"a b\"}"),
            new Broken("model__version__malformed", "id = 'p/m'", "{\"id\":\"p/m@\",\"version\":\"\"}"),
            new Broken("model__model_type__unknown_value", "id = 'p/m'", "{\"model_type\":\"Smell\"}"),
            new Broken("model__config__type", "id = 'p/m'", "{\"config\":\"7\"}"),
            new Broken("model__config__length", "id = 'p/m'", "{\"config\":\"{" + " ".repeat(64 * 1024) + "}\"}"),
            new Broken("model__capabilities__malformed", "id = 'p/m'", "{\"capabilities\":[\"a\",\"a\"]}"),
            new Broken("model__context_window__out_of_range", "id = 'p/m'", "{\"context_window\":0}"),
            new Broken("model__status__unknown_value", "id = 'p/m'", "{\"status\":\"active\"}"),
            new Broken("model_price__effective_from__taken", "effective_from = '-infinity'", "{}"),
            new Broken("model_price__correction__malformed", "effective_from = '-infinity'", "{\"correction\":2}"),
            new Broken(
                    "model_price__correction__taken",
                    "correction = 1",
                    "{\"effective_from\":\"2020-03-01T00:00:00Z\",\"effective_until\":\"2020-04-01T00:00:00Z\"}"),
            new Broken(
                    "model_price__effective_from__out_of_range",
                    "effective_from = '-infinity'",
                    "{\"effective_from\":\"1999-01-01T00:00:00Z\"}"),
            new Broken(
                    "model_price__effective_from__not_past",
                    "correction = 1",
                    "{\"effective_from\":\"2100-01-01T00:00:00Z\",\"effective_until\":\"2101-01-01T00:00:00Z\"}"),
            new Broken(
                    "model_price__effective_until__out_of_range",
                    "correction = 1",
                    "{\"effective_until\":\"2019-01-01T00:00:00Z\"}"),
            new Broken("model_price__reason__length", "correction = 1", "{\"reason\":\"\"}"),
            new Broken("model_price__cost_input__negative", "correction = 1", "{\"cost_input\":-1}"),
            new Broken("model_price__cost_output__negative", "correction = 1", "{\"cost_output\":-1}"),
            new Broken("model_price__cost_input_cached__negative", "correction = 1", "{\"cost_input_cached\":-1}"),
            new Broken("model_price__cost_cache_write__negative", "correction = 1", "{\"cost_cache_write\":-1}"),
            new Broken("model_price__cost_reasoning__negative", "correction = 1", "{\"cost_reasoning\":-1}"),
            new Broken("model_price_tier__tiers__out_of_range", "true", "{\"above_input_tokens\":0}"),
            new Broken("model_price_tier__tiers__negative", "true", "{\"cost_reasoning\":-0.1}"),
            new Broken("model_price_tier__tiers__unknown", "true", "{\"effective_from\":\"2050-01-01T00:00:00Z\"}"),
            new Broken("api_key__id__taken", "label = 'k'", "{\"is_default\":false}"),
            new Broken(
                    "api_key__is_default__taken", "label = 'k'", "{\"id\":\"00000000-0000-0000-0000-000000000001\"}"),
            new Broken(
                    "api_key__organization__unknown",
                    "label = 'k'",
                    "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"organization\":\"x\"}"),
            new Broken(
                    "api_key__provider__unknown",
                    "label = 'k'",
                    "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"provider\":\"x\"}"),
            new Broken("api_key__label__length", "label = 'k'", "{\"label\":\"\"}"),
            new Broken("api_key__daily_quota__negative", "label = 'k'", "{\"daily_quota\":-0.000000000001}"),
            new Broken("api_key__monthly_quota__negative", "label = 'k'", "{\"monthly_quota\":-1}"),
            new Broken("api_key__key__malformed", "label = 'k'", "{\"secret_ciphertext\":null}"),
            new Broken("routing_rule__id__taken", "name = 'r'", "{}"),
            new Broken(
                    "routing_rule__organization__unknown",
                    "name = 'r'",
                    "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"organization\":\"x\"}"),
            new Broken("routing_rule__name__length", "name = 'r'", "{\"name\":\" \"}"),
            new Broken(
                    "routing_rule__description__length",
                    "name = 'r'",
                    "{\"description\":\"" + "x".repeat(2001) + "\"}"),
            new Broken("routing_rule__priority__out_of_range", "name = 'r'", "{\"priority\":101}"),
            new Broken("routing_rule__model_type__unknown_value", "name = 'r'", "{\"model_type\":\"Smell\"}"),
            new Broken("routing_rule__conditions__type", "name = 'r'", "{\"conditions\":\"true\"}"),
            new Broken(
                    "routing_rule__conditions__length",
                    "name = 'r'",
                    "{\"conditions\":\"{" + " ".repeat(16 * 1024) + "}\"}"),
            new Broken(
                    "routing_rule__conditions__malformed",
                    "name = 'r'",
                    "{\"conditions\":\"" + nested(21).replace("\"", "\\\"") + "\"}"),
            new Broken("routing_rule__max_error_rate__out_of_range", "name = 'r'", "{\"max_error_rate\":1.01}"),
            new Broken("routing_rule__max_latency_p95_ms__out_of_range", "name = 'r'", "{\"max_latency_p95_ms\":0}"),
            new Broken("routing_rule__min_calls__out_of_range", "name = 'r'", "{\"min_calls\":0}"),
            new Broken("routing_rule_model__models__duplicate", "true", "{\"position\":1}"),
            new Broken("routing_rule_model__models__unknown", "true", "{\"position\":1,\"model\":\"p/n\"}"),
            new Broken("routing_rule_model__models__length", "true", "{\"position\":100}"),
            new Broken("routing_rule_model__weight__out_of_range", "true", "{\"weight\":0}"),
            new Broken("routing_rule_model__notes__length", "true", "{\"notes\":\"" + "x".repeat(2001) + "\"}"),
            new Broken("routing_rule_model__tags__malformed", "true", "{\"tags\":[\" \"]}"),
            new Broken("audit__sequence__taken", "sequence = 1", "{}"),
            new Broken("audit__changes__type", "sequence = 1", "{\"changes\":\"null\"}"));

    /** By triggers, which no catalogue of constraints lists. */
    private static final List<Broken> BROKEN_FOR_TRIGGERS = List.of(
            new Broken(
                    "model_price__effective_from__first_price",
                    "correction = 1",
                    "{\"model\":\"00000000-0000-0000-0000-000000000001\"}"),
            new Broken(
                    "model_price__effective_from__too_soon",
                    "effective_from = '-infinity'",
                    "{\"recorded_at\":\"2030-01-01T00:00:00Z\",\"effective_from\":\"2030-01-01T00:00:59Z\"}"),
            new Broken("model_price_tier__tiers__length", "above_input_tokens = 1", "{\"above_input_tokens\":101}"),
            new Broken(
                    "routing_rule__models__length", "name = 'r'", "{\"id\":\"00000000-0000-0000-0000-000000000001\"}"));

    static List<Broken> broken() {
        return Stream.of(BROKEN, BROKEN_FOR_TRIGGERS).flatMap(List::stream).toList();
    }

    /** Operators within each other, so many levels with the innermost value. */
    private static String nested(int levels) {
        return "{\"!\":".repeat(levels - 1) + "1" + "}".repeat(levels - 1);
    }

    @BeforeAll
    static void start() {
        List<String> settings = RunningCatalog.settings(
                Platform.shared().database("constraints_it"),
                Platform.shared().kafka().bootstrapServers(),
                Platform.shared().registry().url());
        try (RunningCatalog before = RunningCatalog.start(settings, "--spring.flyway.target=7")) {
            fill(before.jdbc());
        }
        catalog = RunningCatalog.start(settings);
        catalog.post("/v1/api-keys", """
                {"provider":"p","organization":"o","label":"k","key":"sk-12345678","is_default":true}""");
    }

    /** As an earlier release wrote them, which knew nothing of the migrations after. */
    private static void fill(JdbcClient jdbc) {
        jdbc.sql("""
                INSERT INTO provider VALUES ('p', 'P', NULL, NULL, NULL, 'Active', '{}', 1, now());
                INSERT INTO organization VALUES ('o', 'O', 'UTC', 'Active', 1, now());
                INSERT INTO model VALUES ('00000000-0000-4000-8000-000000000001', 'p/m', 'p', 'm', NULL, 'Text', '{}', '{}', NULL,
                    'Active', 1, now());
                INSERT INTO model_price (model, correction, effective_from, effective_until, recorded_at, cost_input, cost_output)
                    VALUES ('00000000-0000-4000-8000-000000000001', 0, '-infinity', NULL, now(), 1, 1),
                        ('00000000-0000-4000-8000-000000000001', 1, '2020-01-01Z', '2020-02-01Z', now(), 2, 2);
                INSERT INTO model_price_tier (model, correction, effective_from, above_input_tokens, cost_input, cost_output)
                    SELECT '00000000-0000-4000-8000-000000000001', 0, '-infinity', mark, 1, 1 FROM generate_series(1, 100) mark;
                INSERT INTO routing_rule (id, organization, name, priority, model_type, conditions, min_calls, revision, updated_at)
                    VALUES ('00000000-0000-4000-8000-000000000003', 'o', 'r', 1, 'Text', '{}', 1, 1, now());
                INSERT INTO routing_rule_model VALUES ('00000000-0000-4000-8000-000000000003', 0, 'p/m', 1, NULL, '{}')""").update();
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aRowThatBreaksARuleIsRefusedByItsConstraint(Broken broken) {
        Throwable refused = catchThrowable(() -> catalog.jdbc()
                .sql("""
                        INSERT INTO %1$s OVERRIDING SYSTEM VALUE
                        SELECT (jsonb_populate_record(original, '%2$s')).* FROM %1$s original WHERE %3$s""".formatted(broken.table(), broken.values(), broken.row()))
                .update());

        assertThat(refused).isInstanceOf(DataAccessException.class).hasRootCauseInstanceOf(PSQLException.class);
        PSQLException cause = (PSQLException) Objects.requireNonNull(((DataAccessException) refused).getRootCause());
        assertThat(Objects.requireNonNull(cause.getServerErrorMessage()).getConstraint())
                .as(cause.getMessage())
                .isEqualTo(broken.constraint());
    }

    /** Of whichever table; {@code table__field__code} is the name of a constraint that backs a rule. */
    @Test
    void noConstraintIsForgotten() {
        List<String> constraints = catalog.jdbc().sql("""
                        SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                        UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'""").query(String.class).list().stream()
                .filter(name -> name.split("__", -1).length == 3)
                .toList();

        assertThat(BROKEN.stream().map(Broken::constraint)).containsExactlyInAnyOrderElementsOf(constraints);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "UPDATE organization SET id = 'x'                     | the id of organization never changes",
                "UPDATE provider SET slug = 'x' WHERE slug = 'p'      | the slug of provider never changes",
                "UPDATE model SET name = 'x', id = 'p/x'              | the id of model never changes",
                "UPDATE api_key SET provider = 'x'                    | the id and the provider of api_key never changes",
                "UPDATE routing_rule SET id = gen_random_uuid()       | the id of routing_rule never changes",
                "UPDATE routing_rule_model SET rule = gen_random_uuid() | the rule of routing_rule_model never changes",
                "DELETE FROM routing_rule_model                       | a rule has at least one model",
                "UPDATE model_price SET cost_input = 0                | a price of model_price never changes",
                "UPDATE model_price_tier SET cost_input = 0           | a price of model_price_tier never changes",
                "DELETE FROM model_price                              | a price that has begun stays",
                "DELETE FROM model_price_tier                         | a tier stays as long as its price"
            })
    void whatNeverChangesIsKeptByTheDatabase(String sql, String message) {
        assertThat(catchThrowable(() -> catalog.jdbc().sql(sql).update())).hasMessageContaining(message);
    }

    @Test
    void aRuleThatIsBrokenWhenATransactionEndsIsAProblemOfItsField() {
        Outcome<Integer> outcome = catalog.bean("changes", Changes.class)
                .commit(change -> Outcome.done(
                        catalog.jdbc().sql("DELETE FROM routing_rule_model").update()));

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused<Integer>) outcome).refusal().errors())
                .containsExactly(new FieldProblem("models", "length", "breaks a rule of the database"));
    }

    @Test
    void conditionsAreBoundedAsInRequests() {
        String full = "{\"and\":[1" + ",1".repeat(498) + "]}";
        IntFunction<String> lists = levels -> "{\"in\":[1," + "[".repeat(levels) + 1 + "]".repeat(levels) + "]}";
        String nul = "{\"==\":[{\"var\":\"attributes.a\"},\"\\u0000\\\\u0000\"]}";

        assertThat(Stream.of("{}", nested(20), full, lists.apply(18), nul)).allMatch(ConstraintsIT::isBounded);
        assertThat(Stream.of(nested(21), full.replace("]", ",1]"), lists.apply(19)))
                .noneMatch(ConstraintsIT::isBounded);
    }

    /** As requests are held to it and as the database says, which agree. */
    private static boolean isBounded(String conditions) {
        boolean isBounded = catalog.jdbc()
                .sql("SELECT is_bounded(?)")
                .param(conditions)
                .query(Boolean.class)
                .single();
        assertThat(Condition.read(JSON.readValue(conditions, ObjectNode.class))
                        .problems()
                        .isEmpty())
                .as(conditions)
                .isEqualTo(isBounded);
        return isBounded;
    }

    @Test
    void whatWasThereBeforeTheMigrationStays() {
        assertThat(catalog.get("/v1/routing-rules?organization=o")
                        .body()
                        .at("/items/0/models/0/model")
                        .asString())
                .isEqualTo("p/m");
        assertThat(catalog.get("/v1/models?id=p/m").body().path("tiers").size()).isEqualTo(100);
    }
}
