package io.modelhub.aggregator.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A calendar day or month in a zone, half-open [start, end). It begins with the first moment of its first date in the zone:
 * midnight, or later where the clocks skip midnight. It is as long as the clocks make it: a day has 23 or 25 hours when they
 * change, and a date that a zone skipped has none.
 *
 * @param zone whose calendar set the end
 */
public record CalendarPeriod(CalendarUnit unit, Instant start, Instant end, ZoneId zone) {

    /** The period that a moment is in. */
    public static CalendarPeriod containing(Instant time, CalendarUnit unit, ZoneId zone) {
        LocalDate first = unit.firstDate(time.atZone(zone).toLocalDate());
        CalendarPeriod period = beginningWith(first, unit, zone);
        // Clocks that go back shortly after midnight show the old date again; the new one has begun, and goes on.
        return period.contains(time) ? period : beginningWith(unit.next(first), unit, zone);
    }

    private static CalendarPeriod beginningWith(LocalDate first, CalendarUnit unit, ZoneId zone) {
        return new CalendarPeriod(
                unit,
                first.atStartOfDay(zone).toInstant(),
                unit.next(first).atStartOfDay(zone).toInstant(),
                zone);
    }

    /**
     * The period at a moment after this one has ended. A zone that has changed counts from here on, and nothing is cut again:
     * the period that follows begins where this one ended and ends where the new zone's calendar says. Later ones are whole.
     *
     * @param now not before the end
     * @param newZone may be the same
     */
    public CalendarPeriod followedBy(Instant now, ZoneId newZone) {
        CalendarPeriod calendar = containing(now, unit, newZone);
        return calendar.start.isBefore(end) ? new CalendarPeriod(unit, end, calendar.end, newZone) : calendar;
    }

    public boolean contains(Instant time) {
        return !time.isBefore(start) && time.isBefore(end);
    }
}
