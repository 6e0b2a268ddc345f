package io.modelhub.catalog.organization;

import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.EntityStatus;
import java.time.Instant;

/** An organization as answers show it. */
record OrganizationView(
        String id,
        String name,
        String timeZone,
        EntityStatus status,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    static OrganizationView of(Organization organization) {
        return new OrganizationView(
                organization.id(),
                organization.name(),
                organization.timeZone(),
                organization.status(),
                organization.toString(),
                organization.revision(),
                organization.updatedAt());
    }

    @Override
    public String location() {
        return "/v1/organizations/" + id;
    }
}
