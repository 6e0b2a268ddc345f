package io.modelhub.catalog.key;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Whose key it was.
 *
 * @param organization slug; null: it served every organization
 * @param ownedUntil exclusive, by the time at which calls are written to their topic
 */
@Table("api_key_former_owner")
record FormerOwner(@Nullable String organization, Instant ownedUntil) {

    static FormerOwner of(io.modelhub.schema.FormerOwner published) {
        return new FormerOwner(published.getOrganization(), published.getOwnedUntil());
    }

    io.modelhub.schema.FormerOwner published() {
        return io.modelhub.schema.FormerOwner.newBuilder()
                .setOrganization(organization)
                .setOwnedUntil(ownedUntil)
                .build();
    }
}
