package io.modelhub.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.modelhub.aggregator.sum.Figures;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.UUID;
import org.apache.avro.io.BinaryData;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A call as it stands on {@code modelhub.usage}, encoded once: only its id and its time are written anew before it is sent again.
 * Not until a producer has taken the last one: they share their bytes.
 */
final class EncodedCall {

    /** Avro's long of it is as long, 6 bytes, as that of each moment from 1971 to 2039. */
    private static final Instant SOME_TIME = Instant.parse("2025-07-14T02:40:00.123Z");

    private static final int TIME_BYTES = 6;

    private final byte[] key;
    private final byte[] value;
    private final int idAt;
    private final int timeAt;

    EncodedCall(ModelMetrics call, Topics topics) {
        UUID id = UUID.randomUUID();
        ModelMetrics copy = ModelMetrics.newBuilder(call).build(); // A call that is repeated would be one object twice.
        Figures.set(copy, "event_id", id.toString());
        Figures.set(copy, "timestamp", SOME_TIME);
        key = topics.usage().key().serializer().serialize(Topics.USAGE.name(), Topics.canonicalKey(copy));
        value = topics.usage().value().serializer().serialize(Topics.USAGE.name(), copy);
        idAt = find(bytes(id), "id");
        byte[] time = new byte[TIME_BYTES];
        BinaryData.encodeLong(SOME_TIME.toEpochMilli(), time, 0);
        timeAt = find(time, "time");
    }

    private int find(byte[] part, String what) {
        // One character for each byte: the text is the bytes.
        int at = new String(value, ISO_8859_1).indexOf(new String(part, ISO_8859_1));
        if (at < 0) {
            throw new BenchFailure(
                    "An encoded call does not have its %s where Avro's encoding puts it.".formatted(what));
        }
        return at;
    }

    /** The same call with another id and time, epoch milliseconds. */
    ProducerRecord<byte[], byte[]> at(long time, UUID id) {
        byte[] text = bytes(id);
        System.arraycopy(text, 0, value, idAt, text.length);
        BinaryData.encodeLong(time, value, timeAt);
        return new ProducerRecord<>(Topics.USAGE.name(), key, value);
    }

    private static byte[] bytes(UUID id) {
        return id.toString().getBytes(ISO_8859_1);
    }
}
