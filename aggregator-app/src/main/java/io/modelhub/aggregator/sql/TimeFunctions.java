package io.modelhub.aggregator.sql;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.calcite.linq4j.function.Strict;

/**
 * Functions of statements over times, which are epoch milliseconds, and zones, which are IANA's names. Each depends on its arguments
 * alone; one that gets null gives null.
 */
@Strict
public final class TimeFunctions {

    /** Zones are few; parsing one for each row is not. */
    private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

    /** More than there are regions; names with offsets would be endless. */
    private static final int MOST_ZONES = 1_000;

    private TimeFunctions() {}

    /** EPOCH_MS('2026-11-23T10:00:00Z'), or a date: its first moment in UTC. */
    public static long epochMs(String time) {
        return epochMs(time, "UTC");
    }

    /** EPOCH_MS('2026-11-23', 'Asia/Kolkata'): a date, or a time without offset, as the clocks of a zone show it. */
    public static long epochMs(String time, String zone) {
        try {
            TemporalAccessor read = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    time.indexOf('T') < 0 ? time + "T00:00:00" : time, OffsetDateTime::from, LocalDateTime::from);
            return read instanceof OffsetDateTime offset
                    ? offset.toInstant().toEpochMilli()
                    : ((LocalDateTime) read).atZone(zone(zone)).toInstant().toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw StatementException.bad(
                    "'%s' is no ISO-8601 time; write 2026-11-23T10:00:00Z, or 2026-11-23 for the day's first moment"
                            .formatted(shortened(time)));
        }
    }

    /** ISO_TIME(ms, zone): 2026-11-23T15:30:00+05:30. */
    public static String isoTime(long time, String zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at(time, zone));
    }

    /** DAY_OF(ms, zone): 2026-11-23. */
    public static String dayOf(long time, String zone) {
        return at(time, zone).toLocalDate().toString();
    }

    /** MONTH_OF(ms, zone): 2026-11. */
    public static String monthOf(long time, String zone) {
        return dayOf(time, zone).substring(0, 7);
    }

    /** HOUR_OF(ms, zone): 0 to 23, as the clock shows it. */
    public static int hourOf(long time, String zone) {
        return at(time, zone).getHour();
    }

    /** WEEKDAY_OF(ms, zone): 1 for Monday to 7 for Sunday. */
    public static int weekdayOf(long time, String zone) {
        return at(time, zone).getDayOfWeek().getValue();
    }

    /** HOUR_START(ms, zone): when the hour that the clock shows began. */
    public static long hourStart(long time, String zone) {
        return at(time, zone).truncatedTo(ChronoUnit.HOURS).toInstant().toEpochMilli();
    }

    /** DAY_START(ms, zone): the first moment of the calendar day. */
    public static long dayStart(long time, String zone) {
        return firstMoment(at(time, zone).toLocalDate(), zone);
    }

    /** MONTH_START(ms, zone): the first moment of the calendar month. */
    public static long monthStart(long time, String zone) {
        return firstMoment(at(time, zone).toLocalDate().withDayOfMonth(1), zone);
    }

    /** TIMESTAMPTOSTRING(ms, 'yyyy-MM-dd HH:mm', zone), as ksqlDB has it. */
    public static String timestampToString(long time, String format, String zone) {
        try {
            return DateTimeFormatter.ofPattern(format, Locale.ROOT).format(at(time, zone));
        } catch (IllegalArgumentException e) {
            throw StatementException.bad(
                    "'%s' is no format of java.time: %s".formatted(shortened(format), e.getMessage()));
        }
    }

    private static long firstMoment(LocalDate day, String zone) {
        return day.atStartOfDay(zone(zone)).toInstant().toEpochMilli();
    }

    private static ZonedDateTime at(long time, String zone) {
        return Instant.ofEpochMilli(time).atZone(zone(zone));
    }

    private static ZoneId zone(String name) {
        ZoneId known = ZONES.get(name);
        if (known != null) {
            return known;
        }
        try {
            ZoneId zone = ZoneId.of(name);
            if (ZONES.size() < MOST_ZONES) {
                ZONES.put(name, zone);
            }
            return zone;
        } catch (DateTimeException e) {
            throw StatementException.bad(
                    "'%s' is no time zone; write IANA's name, for example Asia/Kolkata".formatted(shortened(name)));
        }
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
