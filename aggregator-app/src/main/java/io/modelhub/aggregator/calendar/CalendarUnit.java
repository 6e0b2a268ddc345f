package io.modelhub.aggregator.calendar;

import java.time.LocalDate;

/** How long a {@link CalendarPeriod} is, on the calendar. */
public enum CalendarUnit {
    DAY {
        @Override
        LocalDate firstDate(LocalDate date) {
            return date;
        }

        @Override
        LocalDate next(LocalDate firstDate) {
            return firstDate.plusDays(1);
        }
    },
    MONTH {
        @Override
        LocalDate firstDate(LocalDate date) {
            return date.withDayOfMonth(1);
        }

        @Override
        LocalDate next(LocalDate firstDate) {
            return firstDate.plusMonths(1);
        }
    };

    /** The date that the day or month of this date begins with. */
    abstract LocalDate firstDate(LocalDate date);

    /** The date that the one after it begins with. */
    abstract LocalDate next(LocalDate firstDate);
}
