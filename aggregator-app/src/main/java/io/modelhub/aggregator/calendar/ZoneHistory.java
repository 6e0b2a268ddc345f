package io.modelhub.aggregator.calendar;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Which zone cuts somebody's days and months, and since when: what was decided once, so that whoever cuts the same moment
 * again - a later owner, a late call, a reader - cuts it alike.
 *
 * <p>A zone cuts from the end of the period on in which it was set. That period ends as it began, by the zone before; the next
 * one begins there, without a gap, and ends where the new zone's calendar says; later ones are whole. So each moment is in
 * exactly one day and in exactly one month, whatever the zones are. A month ends later than a day: for the rest of it days are the new
 * zone's and the month is still the old one's.
 *
 * @param first the zone of all time before the first change
 * @param changes in their order; each is set after the one before it
 */
public record ZoneHistory(ZoneId first, List<Change> changes) {

    /** @param setAt the period that the moment before it is in is the last one by the zone before */
    public record Change(Instant setAt, ZoneId zone) {}

    public ZoneHistory {
        changes = List.copyOf(changes);
        for (int i = 1; i < changes.size(); i++) {
            if (!changes.get(i).setAt.isAfter(changes.get(i - 1).setAt)) {
                throw new IllegalArgumentException("changes of a zone are out of order: " + changes);
            }
        }
    }

    public static ZoneHistory of(ZoneId zone) {
        return new ZoneHistory(zone, List.of());
    }

    /** The zone that cuts, or will from the next period on. */
    public ZoneId latest() {
        return changes.isEmpty() ? first : changes.get(changes.size() - 1).zone;
    }

    /** @param notBefore later than every moment that was ever cut by this history, so that nothing is cut again */
    public ZoneHistory changed(Instant notBefore, ZoneId zone) {
        Instant setAt = notBefore;
        if (!changes.isEmpty()) {
            Instant last = changes.get(changes.size() - 1).setAt;
            setAt = notBefore.isAfter(last) ? notBefore : last.plusMillis(1); // A clock may be set back.
        }
        List<Change> longer = new ArrayList<>(changes);
        longer.add(new Change(setAt, zone));
        return new ZoneHistory(first, longer);
    }

    /** The day or month that a moment is in. */
    public CalendarPeriod containing(Instant time, CalendarUnit unit) {
        ZoneId zone = first;
        Instant since = Instant.MIN;
        for (Change change : changes) {
            // A zone that was set before the one before it cut anything takes its place.
            if (change.setAt.isAfter(since)) {
                Instant end =
                        cut(change.setAt.minusMillis(1), unit, zone, since).end();
                if (time.isBefore(end)) {
                    break;
                }
                since = end;
            }
            zone = change.zone;
        }
        return cut(time, unit, zone, since);
    }

    private static CalendarPeriod cut(Instant time, CalendarUnit unit, ZoneId zone, Instant since) {
        CalendarPeriod period = CalendarPeriod.containing(time, unit, zone);
        return period.start().isBefore(since) ? new CalendarPeriod(unit, since, period.end(), zone) : period;
    }
}
