package io.modelhub.local.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record and where it stands.
 *
 * @param key of the record, as text
 * @param partition {@link #SEVERAL} where copies of an event stand in more than one
 * @param appendTime when the broker wrote it
 * @param value null for a tombstone, and where the bytes can't be read
 */
public record Placed<T>(
        String key,
        int partition,
        long offset,
        Instant appendTime,
        @Nullable T value) {

    /** No order against the records of any partition is known. */
    public static final int SEVERAL = -1;

    public Placed<T> inSeveralPartitions() {
        return inPartition(SEVERAL);
    }

    public Placed<T> inPartition(int other) {
        return new Placed<>(key, other, offset, appendTime, value);
    }

    public Placed<T> withKey(String otherKey) {
        return new Placed<>(otherKey, partition, offset, appendTime, value);
    }

    public Placed<T> withValue(T otherValue) {
        return new Placed<>(key, partition, offset, appendTime, otherValue);
    }

    /** @throws IllegalStateException there is none */
    public T required() {
        if (value == null) {
            throw new IllegalStateException("the record of %s at offset %d has no value".formatted(key, offset));
        }
        return value;
    }
}
