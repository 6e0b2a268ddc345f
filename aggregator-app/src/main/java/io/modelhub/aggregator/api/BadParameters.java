package io.modelhub.aggregator.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with a request's parameters, so that all of it is said at once. */
final class BadParameters {

    /** @param field the parameter; code stable */
    record BadParameter(String field, String code, String message) {}

    /** Thrown with everything that was wrong: 400. */
    static final class BadParametersException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient List<BadParameter> errors;

        BadParametersException(List<BadParameter> errors) {
            super(errors.get(0).message());
            this.errors = List.copyOf(errors);
        }

        List<BadParameter> errors() {
            return errors;
        }
    }

    /** Of what state keys can express, with a year to spare for the ends of windows. */
    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private final List<BadParameter> errors = new ArrayList<>();

    /** The value, or a stand-in that is never used because {@link #throwIfAny} comes first. */
    <T> T require(String field, Optional<T> value, String rule, T standIn) {
        check(field, value.isPresent(), rule);
        return value.orElse(standIn);
    }

    Instant time(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            check(field, false, "must be an ISO-8601 time with a zone, for example 2026-11-23T10:00:00Z");
            return Instant.EPOCH;
        }
    }

    /** A time, or a date: then the first moment of that day in the zone. Empty where it is wrong. */
    Optional<Instant> timeOrDate(String field, String text, ZoneId zone) {
        try {
            Instant time = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            boolean inRange = time.isAfter(Instant.EPOCH) && time.isBefore(END_OF_TIME);
            check(field, inRange, "must be between 1970 and 9998");
            return inRange ? Optional.of(time) : Optional.empty();
        } catch (DateTimeParseException e) {
            check(field, false, "must be a date, or an ISO-8601 time with a zone: 2026-11-23 or 2026-11-23T10:00:00Z");
            return Optional.empty();
        }
    }

    void check(String field, boolean good, String rule) {
        if (!good) {
            errors.add(new BadParameter(field, "malformed", field + " " + rule));
        }
    }

    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new BadParametersException(errors);
        }
    }
}
