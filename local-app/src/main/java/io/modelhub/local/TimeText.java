package io.modelhub.local;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 2026-03-01T00:00:00Z}. */
final class TimeText implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'%s' is no time like 2026-03-01T00:00:00Z".formatted(text));
        }
    }
}
