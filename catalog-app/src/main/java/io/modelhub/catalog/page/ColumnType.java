package io.modelhub.catalog.page;

import io.modelhub.catalog.check.Fields;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type of columns, with the one text form that its values have in parameters and cursors.
 *
 * @param <T> as the database's driver takes and gives it
 */
public final class ColumnType<T> {

    public static final ColumnType<String> TEXT =
            new ColumnType<>(String.class, "text", text -> Fields.isStorable(text) ? text : null);
    public static final ColumnType<UUID> UUIDS = new ColumnType<>(UUID.class, "a UUID", ColumnType::uuid);
    public static final ColumnType<Long> NUMBER = new ColumnType<>(Long.class, "a whole number", ColumnType::number);
    public static final ColumnType<Boolean> FLAG = new ColumnType<>(
            Boolean.class,
            "true or false",
            text -> "true".equals(text) ? Boolean.TRUE : "false".equals(text) ? Boolean.FALSE : null);
    public static final ColumnType<OffsetDateTime> TIME =
            new ColumnType<>(OffsetDateTime.class, "a time such as 2026-01-31T12:00:00Z", ColumnType::time);

    /** The database goes further, but not as far as Java does. */
    private static final int LATEST_YEAR = 9999;

    private final Class<T> type;
    private final String description;
    private final Function<String, @Nullable T> reading;

    private ColumnType(Class<T> type, String description, Function<String, @Nullable T> reading) {
        this.type = type;
        this.description = description;
        this.reading = reading;
    }

    Class<T> type() {
        return type;
    }

    /** For people: what a value must be. */
    String description() {
        return description;
    }

    /** Null: it is no such value. */
    @Nullable
    T read(String text) {
        return reading.apply(text);
    }

    private static @Nullable UUID uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            // Java reads 1-1-1-1-1 too.
            return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable OffsetDateTime time(String text) {
        try {
            OffsetDateTime time = Instant.parse(text).atOffset(ZoneOffset.UTC);
            return time.getYear() >= 1 && time.getYear() <= LATEST_YEAR ? time : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
