package io.modelhub.aggregator.quota;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * When the clock has to look at a key: the key of a store whose order is that in which to look. Where many periods end at one
 * moment, keys that wait to be enabled come first.
 */
record Due(Instant at, boolean enabled, String apiKey) {

    /** Null: the clock means nothing to the key. */
    static @Nullable Due of(String apiKey, QuotaState state) {
        Instant due = state.due();
        return due == null ? null : new Due(due, state.enabled(), apiKey);
    }

    /** Before every key that is due at a moment, and after those due earlier. */
    static Due before(Instant time) {
        return new Due(time, false, "");
    }

    /** After every key that is due at a moment, and before those due later. */
    static Due after(Instant time) {
        return before(time.plusMillis(1));
    }

    /** Its bytes have the order of the records: time, disabled keys first, identifier. */
    static Serde<Due> serde() {
        return Serdes.serdeFrom((topic, due) -> due == null ? null : encode(due), (topic, bytes) -> decode(bytes));
    }

    private static byte[] encode(Due due) {
        byte[] id = due.apiKey.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + 1 + id.length)
                .putLong(due.at.toEpochMilli())
                .put((byte) (due.enabled ? 1 : 0))
                .put(id)
                .array();
    }

    private static Due decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Due(
                Instant.ofEpochMilli(buffer.getLong()),
                buffer.get() != 0,
                StandardCharsets.UTF_8.decode(buffer).toString());
    }
}
