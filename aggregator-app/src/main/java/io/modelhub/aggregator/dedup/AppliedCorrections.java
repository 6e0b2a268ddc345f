package io.modelhub.aggregator.dedup;

import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.schema.UsageCorrection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The ids of the corrections that were counted, whole, by the time that they are about. An id is known as long as anything is
 * kept that it could change: the same one later finds nothing to change. One thread.
 */
public final class AppliedCorrections {

    private static final byte PREFIX = 'x';
    private static final byte[] PRESENT = {};
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final KeyValueStore<byte[], byte[]> store;
    private final long keptMs;
    private long expiredUpTo;

    /** @param kept how long the longest-lived results are */
    public AppliedCorrections(KeyValueStore<byte[], byte[]> store, Duration kept) {
        this.store = store;
        this.keptMs = kept.toMillis();
    }

    /** Whether a correction with this id was counted before; if not, it is known from now on. */
    public boolean isRepeated(UsageCorrection correction) {
        byte[] key = key(correction.getRangeStart().toEpochMilli(), correction.getId());
        if (store.get(key) != null) {
            return true;
        }
        store.put(key, PRESENT);
        return false;
    }

    /** Forgets what nothing is left of; looks once in a day. */
    public void expire(long now) {
        long oldest = now - keptMs;
        if (oldest < expiredUpTo + DAY_MS) {
            return;
        }
        expiredUpTo = oldest;
        try (KeyValueIterator<byte[], byte[]> expired = store.range(key(0, ""), key(oldest, ""))) {
            while (expired.hasNext()) {
                KeyValue<byte[], byte[]> entry = expired.next();
                store.delete(entry.key);
            }
        }
    }

    private static byte[] key(long time, String id) {
        PackedWriter key = new PackedWriter(48);
        key.writeByte(PREFIX);
        key.writeFixed(time);
        key.writeBytes(id.getBytes(StandardCharsets.UTF_8));
        return key.toBytes();
    }
}
