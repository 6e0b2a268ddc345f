package io.modelhub.aggregator.publish;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.ZoneChange;

/** Which zone cuts an organization's days and months, as the record that is published. */
public final class CalendarRecords {

    private CalendarRecords() {}

    public static OrganizationCalendar of(String organization, ZoneHistory history) {
        return new OrganizationCalendar(
                organization,
                history.first().getId(),
                history.changes().stream()
                        .map(change ->
                                new ZoneChange(change.setAt(), change.zone().getId()))
                        .toList());
    }
}
