package io.modelhub.catalog.organization;

import io.modelhub.catalog.check.Fields;
import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request says of an organization. */
record OrganizationBody(String name, String timeZone, EntityStatus status) {

    /** An organization is never deprecated: that is said of models and their providers. */
    static final List<EntityStatus> STATES = List.of(EntityStatus.Active, EntityStatus.Inactive);

    static OrganizationBody read(Fields fields) {
        return new OrganizationBody(
                fields.requiredText("name", 200),
                timeZone(fields),
                fields.choice("status", STATES, EntityStatus.Active));
    }

    private static String timeZone(Fields fields) {
        String zone = fields.text("time_zone", 64);
        // Offsets such as +02:00 are no IANA names and know no daylight saving; SystemV/ names are Java's own.
        if (zone != null && (!ZoneId.getAvailableZoneIds().contains(zone) || zone.startsWith("SystemV/"))) {
            fields.report("time_zone", "unknown_value", "must be an IANA time zone such as Europe/Paris");
        }
        return zone == null ? "UTC" : zone;
    }

    Organization organization(String id, @Nullable Organization current, Instant at) {
        return new Organization(id, name, timeZone, status, current == null ? 0 : current.revision(), at);
    }
}
