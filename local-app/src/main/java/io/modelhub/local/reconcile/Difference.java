package io.modelhub.local.reconcile;

/**
 * Something that the results say otherwise than the log.
 *
 * @param topic where the result stands, or should stand
 * @param key of the result: for a window its organization, model and start, for a key's day its key and start
 * @param field of the record, or {@code record} for the whole of it
 * @param expected by the log; {@code none} where there must be no such record
 * @param found on the topic; {@code none} where there is no such record
 */
public record Difference(String topic, String key, String field, String expected, String found) {

    /** In the place of a record that is not there, or must not be. */
    static final String NONE = "none";

    static Difference missing(String topic, String key, String expected) {
        return new Difference(topic, key, "record", expected, NONE);
    }

    static Difference extra(String topic, String key, String found) {
        return new Difference(topic, key, "record", NONE, found);
    }

    @Override
    public String toString() {
        return "%s  %s  %s: expected %s, found %s".formatted(topic, key, field, expected, found);
    }
}
