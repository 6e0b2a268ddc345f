package io.modelhub.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class FullCompatibilityTest {

    private static final String RELEASED = "{'name': 'id', 'type': 'string'}, {'name': 'cost', 'type': %s}";
    private static final String DECIMAL = "{'type': 'bytes', 'logicalType': 'decimal', 'precision': 38, 'scale': 12}";

    @Test
    void allowsAFieldWithADefaultToComeAndGo() {
        Schema with = record("{'name': 'a', 'type': 'string'}, {'name': 'b', 'type': 'long', 'default': 0}");
        Schema without = record("{'name': 'a', 'type': 'string'}");

        assertThat(FullCompatibility.problems(without, with)).isEmpty();
        assertThat(FullCompatibility.problems(with, without)).isEmpty();
    }

    @Test
    void refusesANewFieldWithoutADefaultAndSaysWhatToDo() {
        Schema released = record("{'name': 'a', 'type': 'string'}");
        Schema current = record("{'name': 'a', 'type': 'string'}, {'name': 'b', 'type': 'long'}");

        assertThat(FullCompatibility.problems(released, current))
                .singleElement()
                .asString()
                .startsWith("it can't read what a released version wrote: READER_FIELD_MISSING_DEFAULT_VALUE")
                .contains("add a default");
    }

    @Test
    void refusesARemovedFieldWithoutADefault() {
        Schema released = record("{'name': 'a', 'type': 'string'}, {'name': 'b', 'type': 'long'}");
        Schema current = record("{'name': 'a', 'type': 'string'}");

        assertThat(FullCompatibility.problems(released, current))
                .singleElement()
                .asString()
                .startsWith("a released version can't read what it writes")
                .contains("keep the field");
    }

    @Test
    void refusesAWidenedNumberThatOldReadersCanNotRead() {
        assertThat(FullCompatibility.problems(
                        record("{'name': 'a', 'type': 'int'}"), record("{'name': 'a', 'type': 'long'}")))
                .singleElement()
                .asString()
                .contains("TYPE_MISMATCH");
    }

    @Test
    void refusesANewEnumSymbol() {
        Schema released = record("{'name': 'a', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X']}}");
        Schema current = record("{'name': 'a', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X', 'Y']}}");

        assertThat(FullCompatibility.problems(released, current))
                .singleElement()
                .asString()
                .contains("MISSING_ENUM_SYMBOLS");
    }

    /** Avro's own check lets this pass. */
    @Test
    void refusesADecimalOfAnotherScale() {
        Schema released = record(RELEASED.formatted(DECIMAL));
        Schema current = record(RELEASED.formatted(DECIMAL.replace("12", "6")));

        assertThat(FullCompatibility.problems(released, current))
                .containsExactly(
                        "its logical type changed at /cost/: add a new field with a default and keep the old one.");
    }

    @Test
    void refusesALogicalTypeThatWentAwayInsideAUnion() {
        Schema released = record("{'name': 'a', 'type': ['null', %s], 'default': null}".formatted(DECIMAL));
        Schema current = record("{'name': 'a', 'type': ['null', 'bytes'], 'default': null}");

        assertThat(FullCompatibility.problems(released, current)).hasSize(1);
    }

    private static Schema record(String fields) {
        return new Schema.Parser()
                .parse("{'type': 'record', 'name': 'R', 'fields': [%s]}"
                        .formatted(fields)
                        .replace('\'', '"'));
    }
}
