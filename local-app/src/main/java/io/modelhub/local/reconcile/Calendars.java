package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.ZoneChange;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The days and months of organizations. Whose zone cuts them since when is what the aggregator says on
 * {@code modelhub.analytics.calendars}, because the compacted catalog has only the zone of now; that it says so of each
 * organization, and ends with the zone of now, is held to the catalog.
 *
 * @param found on the topic, by organization
 * @param catalog zones of now, by organization; one that is missing was deleted, or never was
 */
record Calendars(
        Map<String, OrganizationCalendar> found, Map<String, ZoneId> catalog, Set<String> used, boolean areUtc) {

    private static final String TOPIC = Topics.CALENDARS.name();
    private static final ZoneId UTC = ZoneId.of("UTC");

    static Calendars ofUtc() {
        return new Calendars(Map.of(), Map.of(), Set.of(), true);
    }

    static Calendars ofOrganizations(Map<String, OrganizationCalendar> found, Map<String, ZoneId> catalog) {
        return new Calendars(found, catalog, new TreeSet<>(), false);
    }

    /** Calls were counted for it. */
    void use(String organization) {
        if (!areUtc) {
            used.add(organization);
        }
    }

    /** The window of an organization that a moment is in. */
    Span containing(Grain grain, String organization, Instant time) {
        OrganizationCalendar calendar = found.get(organization);
        return calendar == null
                ? grain.containing(time, catalog.getOrDefault(organization, UTC))
                : containing(grain, calendar, time);
    }

    /** A window that began before a change ends by the zone before; the next one begins there. */
    private static Span containing(Grain grain, OrganizationCalendar calendar, Instant time) {
        ZoneId zone = ZoneId.of(calendar.getTimeZone());
        Instant since = Span.ALWAYS.start();
        for (ZoneChange change : calendar.getChanges()) {
            if (change.getSetAt().isAfter(since)) {
                Instant end =
                        grain.containing(change.getSetAt().minusMillis(1), zone).end();
                if (time.isBefore(end)) {
                    break;
                }
                since = end;
            }
            zone = ZoneId.of(change.getTimeZone());
        }
        Span whole = grain.containing(time, zone);
        // Minutes and quarters of an hour are no calendar's: no change cuts them.
        return grain == Grain.DAY || grain == Grain.MONTH ? whole.from(since) : whole;
    }

    void compare(Consumer<Difference> differences) {
        for (String organization : used) {
            OrganizationCalendar calendar = found.get(organization);
            if (calendar == null) {
                differences.accept(Difference.missing(TOPIC, organization, "the zones that cut its days"));
                continue;
            }
            List<ZoneChange> changes = calendar.getChanges();
            String latest = changes.isEmpty()
                    ? calendar.getTimeZone()
                    : changes.get(changes.size() - 1).getTimeZone();
            ZoneId now = catalog.get(organization);
            if (now != null && !now.getId().equals(latest)) {
                differences.accept(new Difference(TOPIC, organization, "time_zone", now.getId(), latest));
            }
        }
    }
}
