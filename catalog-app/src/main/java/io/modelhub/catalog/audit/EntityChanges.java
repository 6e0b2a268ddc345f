package io.modelhub.catalog.audit;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** From what to what an entity changed, as told by its published states: what is never published can't get in. */
final class EntityChanges {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String REVISION = "revision";

    /** An entry tells these itself. */
    private static final Set<String> OF_THE_ENTRY = Set.of(REVISION, "updated_at");

    private EntityChanges() {}

    /** The revision of a published state. */
    static long revision(SpecificRecord entity) {
        return (Long) entity.get(entity.getSchema().getField(REVISION).pos());
    }

    /**
     * {@code {field: {"from": ..., "to": ...}}} of the fields that differ.
     *
     * @param before null: every field was null
     * @param after null: every field is null
     */
    static ObjectNode between(@Nullable SpecificRecord before, @Nullable SpecificRecord after) {
        ObjectNode changes = JSON.objectNode();
        Schema schema = Objects.requireNonNull(after != null ? after : before).getSchema();
        for (Schema.Field field : schema.getFields()) {
            JsonNode from = before == null ? JSON.nullNode() : json(before.get(field.pos()));
            JsonNode to = after == null ? JSON.nullNode() : json(after.get(field.pos()));
            if (!OF_THE_ENTRY.contains(field.name()) && !from.equals(to)) {
                changes.putObject(field.name()).set("from", from).set("to", to);
            }
        }
        return changes;
    }

    /** Money as plain decimals, times and enums as text: as answers show them. */
    private static JsonNode json(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        }
        if (value instanceof SpecificRecord record) {
            ObjectNode object = JSON.objectNode();
            record.getSchema().getFields().forEach(field -> object.set(field.name(), json(record.get(field.pos()))));
            return object;
        }
        if (value instanceof Collection<?> values) {
            ArrayNode list = JSON.arrayNode();
            values.forEach(one -> list.add(json(one)));
            return list;
        }
        if (value instanceof BigDecimal amount) {
            return JSON.stringNode(amount.stripTrailingZeros().toPlainString());
        }
        if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        }
        if (value instanceof Integer || value instanceof Long) {
            return JSON.numberNode(((Number) value).longValue());
        }
        return JSON.stringNode(value.toString());
    }
}
