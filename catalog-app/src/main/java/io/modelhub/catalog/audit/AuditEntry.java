package io.modelhub.catalog.audit;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done to one entity.
 *
 * @param at by the database's clock, the same for all of one transaction
 * @param id the entity's identifier, as it is the key on its topic
 * @param revision that it has afterwards, or had when it was deleted; null: what was done wrote no revision
 * @param changes a JSON object {@code {field: {"from": ..., "to": ...}}}; no secret is in it
 */
public record AuditEntry(
        Instant at,
        String actor,
        AuditAction action,
        EntityKind entity,
        String id,
        @Nullable Long revision,
        String changes) {

    /** Who acts, until access control tells. */
    public static final String LOCAL_OPERATOR = "local-operator";

    /**
     * A change from one published state to another.
     *
     * @param before null: the entity is new
     * @param after null: the entity is deleted
     */
    public static <V extends SpecificRecord> AuditEntry of(
            Instant at, String id, @Nullable V before, @Nullable V after) {
        V state = after != null ? after : before;
        if (state == null) {
            throw new IllegalArgumentException("nothing was there and nothing is: no change of " + id);
        }
        AuditAction action =
                before == null ? AuditAction.CREATE : after == null ? AuditAction.DELETE : AuditAction.UPDATE;
        return new AuditEntry(
                at,
                LOCAL_OPERATOR,
                action,
                EntityKind.of(state),
                id,
                EntityChanges.revision(state),
                EntityChanges.between(before, after).toString());
    }

    /**
     * Something that wrote no revision.
     *
     * @param id {@code -} where it was done to many
     * @param changes a JSON object
     */
    public static AuditEntry of(Instant at, AuditAction action, EntityKind entity, String id, String changes) {
        return new AuditEntry(at, LOCAL_OPERATOR, action, entity, id, null, changes);
    }
}
