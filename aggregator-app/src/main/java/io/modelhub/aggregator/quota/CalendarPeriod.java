package io.modelhub.aggregator.quota;

import io.modelhub.schema.QuotaCause;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A calendar day or month in a zone, half-open [start, end): both at the zone's first moment of a date.
 *
 * @param cause which of the two
 */
public record CalendarPeriod(QuotaCause cause, Instant start, Instant end) {

    /** The period that a moment is in. */
    public static CalendarPeriod containing(Instant time, QuotaCause cause, ZoneId zone) {
        LocalDate date = time.atZone(zone).toLocalDate();
        LocalDate first = cause == QuotaCause.DAY ? date : date.withDayOfMonth(1);
        LocalDate next = cause == QuotaCause.DAY ? first.plusDays(1) : first.plusMonths(1);
        return new CalendarPeriod(
                cause,
                first.atStartOfDay(zone).toInstant(),
                next.atStartOfDay(zone).toInstant());
    }

    public boolean contains(Instant time) {
        return !time.isBefore(start) && time.isBefore(end);
    }
}
