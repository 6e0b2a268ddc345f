package io.modelhub.ingest.check;

import java.util.Map;

/**
 * A field's value as its sender wrote it, before anything is known of the field. Numbers keep their digits: no value goes
 * through floating point on its way.
 */
public sealed interface SentValue {

    /** Null counts as not given, as in the formats where a field can't be left out. */
    enum Absent implements SentValue {
        ABSENT
    }

    record Text(String text) implements SentValue {}

    /**
     * A number as in JSON's grammar.
     *
     * @param isInteger it has neither a fraction nor an exponent
     */
    record Digits(String digits, boolean isInteger) implements SentValue {}

    record Flag(boolean value) implements SentValue {}

    /** An object, to the depth that an event can use; what is deeper stands as {@link Nested}. */
    record Entries(Map<String, SentValue> entries) implements SentValue {}

    /** An array, or an object deeper than any field has one. No field takes it, so its content is not kept. */
    enum Nested implements SentValue {
        NESTED
    }

    /** What its sender would call it. */
    default String kind() {
        if (this instanceof Text) {
            return "a text";
        }
        if (this instanceof Digits) {
            return "a number";
        }
        if (this instanceof Flag) {
            return "true or false";
        }
        if (this instanceof Entries) {
            return "an object";
        }
        return this instanceof Absent ? "null" : "an array or a nested object";
    }
}
