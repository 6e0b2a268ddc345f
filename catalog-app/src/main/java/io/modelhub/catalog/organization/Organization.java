package io.modelhub.catalog.organization;

import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Who spends.
 *
 * @param id slug; never changes
 * @param timeZone IANA name of the zone of its days and months
 * @param revision counts the writes, from 1; 0: not stored yet
 */
@Table("organization")
record Organization(
        @Id String id,
        String name,
        String timeZone,
        EntityStatus status,
        @Version long revision,
        Instant updatedAt) {

    io.modelhub.schema.Organization published() {
        return io.modelhub.schema.Organization.newBuilder()
                .setId(id)
                .setName(name)
                .setTimeZone(timeZone)
                .setStatus(status)
                .setRevision(revision)
                .setUpdatedAt(updatedAt)
                .build();
    }

    /** {@code Acme Research (acme)}. */
    @Override
    public String toString() {
        return name + " (" + id + ")";
    }
}
