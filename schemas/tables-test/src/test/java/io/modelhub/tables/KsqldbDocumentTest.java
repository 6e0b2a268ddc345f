package io.modelhub.tables;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.topic.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds {@code docs/ksqldb.sql} to the schemas: names, types, keys and formats. Whether ksqlDB takes the statements isn't tried
 * here, as it can't be part of the build.
 */
class KsqldbDocumentTest {

    private static final Map<String, TopicTypes> TYPES = TopicTypes.all();

    /** Words of its grammar that are no names without quotes, of those that are names of fields here. */
    private static final Set<String> RESERVED = Set.of("limit", "end");

    private static List<Statement> declarations() {
        return Statement.ofDocument("ksqldb.sql").stream()
                .filter(statement -> statement.declared().isPresent())
                .toList();
    }

    @Test
    void everyTopicIsDeclared() {
        assertThat(declarations())
                .extracting(statement -> statement.option("KAFKA_TOPIC").orElseThrow())
                .containsExactlyElementsOf(
                        Topics.ALL.stream().map(topic -> topic.name()).toList());
    }

    @ParameterizedTest
    @MethodSource("declarations")
    void columnsAreTheFieldsOfTheSchema(Statement statement) {
        TopicTypes types = TYPES.get(statement.option("KAFKA_TOPIC").orElseThrow());
        List<String> keys = statement.columns().stream()
                .filter(column -> column.endsWith(" KEY"))
                .map(column -> column.substring(0, column.indexOf(' ')))
                .toList();
        List<String> values = statement.columns().stream()
                .filter(column -> !column.endsWith(" KEY"))
                .toList();

        assertThat(values)
                .isEqualTo(types.value().getFields().stream()
                        .filter(field -> !keys.contains(field.name()))
                        .map(field -> name(field.name()) + " " + type(field.schema()))
                        .toList());
        assertThat(statement.option("VALUE_FORMAT")).contains("AVRO");
        assertThat(statement.option("TIMESTAMP").stream())
                .allSatisfy(time -> assertThat(values).contains(time + " TIMESTAMP"));
    }

    @ParameterizedTest
    @MethodSource("declarations")
    void keysAreTheFieldsOfTheKey(Statement statement) {
        TopicTypes types = TYPES.get(statement.option("KAFKA_TOPIC").orElseThrow());
        List<String> keys = statement.columns().stream()
                .filter(column -> column.endsWith(" KEY"))
                .toList();
        String word = statement.text().startsWith("CREATE SOURCE TABLE") ? " PRIMARY KEY" : " KEY";

        if (types.key().isPresent()) {
            assertThat(statement.option("KEY_FORMAT")).contains("AVRO");
            assertThat(keys)
                    .isEqualTo(types.key().get().getFields().stream()
                            .map(field -> field.name() + " " + type(field.schema()) + word)
                            .toList());
        } else {
            assertThat(statement.option("KEY_FORMAT")).contains("KAFKA");
            assertThat(keys).singleElement().satisfies(key -> assertThat(key).matches("\\w+ (VARCHAR|BYTES)" + word));
        }
    }

    /** A topic is a table where the last record of a key is what holds. */
    @ParameterizedTest
    @MethodSource("declarations")
    void compactedTopicsAreTables(Statement statement) {
        String topic = statement.option("KAFKA_TOPIC").orElseThrow();
        boolean compacted = Topics.ALL.stream()
                .filter(definition -> definition.name().equals(topic))
                .anyMatch(
                        definition -> definition.config().get("cleanup.policy").contains("compact"));

        assertThat(statement.text()).startsWith(compacted ? "CREATE SOURCE TABLE" : "CREATE SOURCE STREAM");
    }

    private static String name(String field) {
        return RESERVED.contains(field) ? "`" + field.toUpperCase(Locale.ROOT) + "`" : field;
    }

    private static String type(Schema schema) {
        Schema type = TopicTypes.present(schema);
        return switch (type.getType()) {
            case STRING, ENUM -> "VARCHAR";
            case BOOLEAN -> "BOOLEAN";
            case INT -> "INT";
            case LONG -> type.getLogicalType() == null ? "BIGINT" : "TIMESTAMP";
            case DOUBLE -> "DOUBLE";
            case BYTES ->
                type.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? "DECIMAL(%d, %d)".formatted(decimal.getPrecision(), decimal.getScale())
                        : "BYTES";
            case ARRAY -> "ARRAY<" + type(type.getElementType()) + ">";
            case MAP -> "MAP<VARCHAR, " + type(type.getValueType()) + ">";
            case RECORD ->
                type.getFields().stream()
                        .map(field -> name(field.name()) + " " + type(field.schema()))
                        .collect(joining(", ", "STRUCT< ", ">"));
            default -> throw new IllegalArgumentException("no column for " + type);
        };
    }
}
