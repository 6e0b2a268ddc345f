package io.modelhub.catalog.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the database and a topic say differently.
 *
 * @param field for example {@code prices[1].cost_input}; null: one of them doesn't have the entity at all
 * @param inDatabase null: nothing
 * @param onTopic null: nothing
 */
record Difference(
        String topic,
        String key,
        @Nullable String field,
        @Nullable String inDatabase,
        @Nullable String onTopic) {

    private static final String THERE = "there";

    /** Field by field, in the order of the schema. */
    static List<Difference> between(
            String topic, String key, @Nullable IndexedRecord inDatabase, @Nullable IndexedRecord onTopic) {
        List<Difference> differences = new ArrayList<>();
        if (inDatabase == null || onTopic == null) {
            if (inDatabase != onTopic) {
                differences.add(new Difference(
                        topic, key, null, inDatabase == null ? null : THERE, onTopic == null ? null : THERE));
            }
        } else {
            compareRecords(new Place(topic, key, ""), inDatabase, onTopic, differences);
        }
        return differences;
    }

    private record Place(String topic, String key, String field) {

        Place field(String name) {
            return new Place(topic, key, field.isEmpty() ? name : field + "." + name);
        }

        Place element(int index) {
            return new Place(topic, key, field + "[" + index + "]");
        }
    }

    private static void compareRecords(
            Place place, IndexedRecord inDatabase, IndexedRecord onTopic, List<Difference> differences) {
        for (Schema.Field field : inDatabase.getSchema().getFields()) {
            compare(place.field(field.name()), inDatabase.get(field.pos()), onTopic.get(field.pos()), differences);
        }
    }

    /** Records and lists by their parts: Avro's own comparison knows no times and decimals. */
    private static void compare(
            Place place, @Nullable Object inDatabase, @Nullable Object onTopic, List<Difference> differences) {
        if (inDatabase instanceof IndexedRecord left && onTopic instanceof IndexedRecord right) {
            compareRecords(place, left, right, differences);
        } else if (inDatabase instanceof List<?> left && onTopic instanceof List<?> right) {
            for (int index = 0; index < Math.max(left.size(), right.size()); index++) {
                compare(place.element(index), at(left, index), at(right, index), differences);
            }
        } else if (!Objects.equals(inDatabase, onTopic)) {
            differences.add(new Difference(place.topic(), place.key(), place.field(), text(inDatabase), text(onTopic)));
        }
    }

    private static @Nullable Object at(List<?> list, int index) {
        return index < list.size() ? list.get(index) : null;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    String sentence() {
        if (field != null) {
            return "%s %s: %s is %s in the database and %s on the topic"
                    .formatted(topic, key, field, inDatabase, onTopic);
        }
        return "%s %s: only %s".formatted(topic, key, inDatabase == null ? "on the topic" : "in the database");
    }
}
