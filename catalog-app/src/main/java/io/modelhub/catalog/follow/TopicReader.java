package io.modelhub.catalog.follow;

import org.jspecify.annotations.Nullable;

/** Takes in the records of a topic. Called by one thread, for the records of a key in their order. */
@FunctionalInterface
public interface TopicReader<K, V> {

    /**
     * @param value null: a tombstone
     * @throws io.modelhub.wire.MalformedRecordException the record makes no sense; it is passed over
     */
    void read(K key, @Nullable V value);

    /** Several times a second, with new records or without: what was read so far may be shown now. */
    default void settle() {}
}
