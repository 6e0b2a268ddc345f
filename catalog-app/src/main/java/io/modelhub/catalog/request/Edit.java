package io.modelhub.catalog.request;

import io.modelhub.catalog.answer.EntityView;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.Fields;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request makes of an entity: {@link Replace} by the fields that it sends, or {@link Patch} those of the current one. A
 * {@code revision} among the fields is a precondition as {@code If-Match} is one, so an answer that is edited and sent back
 * can't overwrite what somebody else wrote meanwhile. Does not show what it holds, as that may be a secret.
 */
public abstract sealed class Edit {

    private final ObjectNode sent;
    private final Precondition precondition;
    private final JsonMapper json;

    private Edit(ObjectNode sent, Precondition precondition, JsonMapper json) {
        this.sent = sent;
        this.precondition = precondition;
        this.json = json;
    }

    /** {@code PUT}: a field that is left out gets its default. */
    static final class Replace extends Edit {

        Replace(ObjectNode sent, Precondition precondition, JsonMapper json) {
            super(sent, precondition, json);
        }

        @Override
        ObjectNode applied(ObjectNode current, ObjectNode sent) {
            return sent;
        }
    }

    /** {@code PATCH}: a field that is left out stays. */
    static final class Patch extends Edit {

        Patch(ObjectNode sent, Precondition precondition, JsonMapper json) {
            super(sent, precondition, json);
        }

        @Override
        ObjectNode applied(ObjectNode current, ObjectNode sent) {
            return MergePatch.applied(current, sent);
        }
    }

    /** @param current may be changed */
    abstract ObjectNode applied(ObjectNode current, ObjectNode sent);

    /**
     * Does the work with the fields that the entity is to have, where the preconditions hold. What an answer shows and the
     * work doesn't read says nothing in a request and is accepted.
     *
     * @param current the entity as answers show it; its row is locked
     */
    public <T> Outcome<T> of(EntityView current, Function<Fields, Outcome<T>> work) {
        return precondition.guard(current.revision(), () -> {
            // By its text: a tree that is made directly holds raw JSON as an opaque value.
            ObjectNode shown = json.readValue(json.writeValueAsString(current), ObjectNode.class);
            List<String> names = List.copyOf(shown.propertyNames());
            Fields fields = Fields.of(applied(shown, sent));
            fields.ignore(names);
            Long expected = fields.count("revision");
            return expected != null && expected != current.revision()
                    ? Outcome.refused(Refusal.changed("revision", current.revision()))
                    : work.apply(fields);
        });
    }
}
