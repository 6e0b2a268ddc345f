package io.modelhub.catalog.request;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON Merge Patch (RFC 7396): objects are merged, null removes, anything else replaces. */
final class MergePatch {

    static final String MEDIA_TYPE = "application/merge-patch+json";

    private MergePatch() {}

    /** The target, changed. */
    static ObjectNode applied(ObjectNode target, ObjectNode patch) {
        for (var field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                ObjectNode inner =
                        target.get(field.getKey()) instanceof ObjectNode current ? current : target.objectNode();
                target.set(field.getKey(), applied(inner, object));
            } else {
                target.set(field.getKey(), value);
            }
        }
        return target;
    }
}
