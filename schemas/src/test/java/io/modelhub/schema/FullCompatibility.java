package io.modelhub.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/**
 * Whether each of two schemas reads what the other wrote, with the same meaning. Avro's own check looks at the bytes; it lets
 * a decimal change its scale, and every amount of money its size. That is refused here too.
 */
final class FullCompatibility {

    private FullCompatibility() {}

    /** One sentence for each thing that stands in the way, with what to do; empty where there is none. */
    static List<String> problems(Schema released, Schema current) {
        List<String> problems = new ArrayList<>();
        incompatibilities(current, released)
                .forEach(found -> problems.add("it can't read what a released version wrote: %s at %s (%s). %s"
                        .formatted(found.getType(), found.getLocation(), found.getMessage(), advice(found))));
        incompatibilities(released, current)
                .forEach(found -> problems.add("a released version can't read what it writes: %s at %s (%s). %s"
                        .formatted(found.getType(), found.getLocation(), found.getMessage(), advice(found))));
        if (problems.isEmpty()) {
            meanings(released, current, "/", problems);
        }
        return problems;
    }

    private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities();
    }

    private static String advice(Incompatibility found) {
        return switch (found.getType()) {
            case READER_FIELD_MISSING_DEFAULT_VALUE ->
                "A field can only be added or removed if it has a default: add a default, or keep the field.";
            case MISSING_ENUM_SYMBOLS -> "An enum can't gain or lose symbols: use a new field of a string type.";
            case NAME_MISMATCH -> "A type can't be renamed: add a new field of the new type with a default.";
            case MISSING_UNION_BRANCH, TYPE_MISMATCH, FIXED_SIZE_MISMATCH ->
                "A field can't change its type: add a new field with a default and keep the old one.";
        };
    }

    private static void meanings(Schema released, Schema current, String at, List<String> problems) {
        if (!Objects.equals(released.getLogicalType(), current.getLogicalType())
                || !Objects.equals(properties(released), properties(current))) {
            problems.add("its logical type changed at %s: add a new field with a default and keep the old one."
                    .formatted(at));
            return;
        }
        switch (released.getType()) {
            case RECORD -> {
                for (Schema.Field field : released.getFields()) {
                    Schema.Field same = current.getField(field.name());
                    if (same != null) {
                        meanings(field.schema(), same.schema(), at + field.name() + "/", problems);
                    }
                }
            }
            case ARRAY -> meanings(released.getElementType(), current.getElementType(), at + "items/", problems);
            case MAP -> meanings(released.getValueType(), current.getValueType(), at + "values/", problems);
            case UNION -> {
                for (int i = 0; i < released.getTypes().size(); i++) {
                    meanings(released.getTypes().get(i), current.getTypes().get(i), at, problems);
                }
            }
            default -> {}
        }
    }

    /** Precision and scale, where the logical type is a decimal. */
    private static List<Object> properties(Schema schema) {
        return List.of(
                String.valueOf(schema.getObjectProp("precision")), String.valueOf(schema.getObjectProp("scale")));
    }
}
