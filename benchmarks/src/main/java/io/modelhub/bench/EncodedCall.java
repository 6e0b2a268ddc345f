package io.modelhub.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.modelhub.aggregator.sum.Figures;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A call as it stands on {@code modelhub.usage}, encoded once: only its id and its time are written anew before it is sent again.
 * Not until a producer has taken the last one: they share their bytes.
 */
final class EncodedCall {

    private static final String HEX = "0123456789abcdef";

    /** Its zigzag is as long, 6 bytes, as that of each moment from 2004 to 2039. */
    private static final Instant SOME_TIME = Instant.parse("2025-07-14T02:40:00.123Z");

    private static final int TIME_BYTES = 6;

    private final byte[] key;
    private final byte[] value;
    private final int idAt;
    private final int timeAt;

    EncodedCall(ModelMetrics call, Topics topics) {
        String id = UUID.randomUUID().toString();
        ModelMetrics copy = ModelMetrics.newBuilder(call).build(); // A call that is repeated would be one object twice.
        Figures.set(copy, "event_id", id);
        Figures.set(copy, "timestamp", SOME_TIME);
        key = topics.usage().key().serializer().serialize(Topics.USAGE.name(), Topics.canonicalKey(copy));
        value = topics.usage().value().serializer().serialize(Topics.USAGE.name(), copy);
        idAt = find(id.getBytes(ISO_8859_1), "id");
        byte[] time = new byte[TIME_BYTES];
        writeTime(SOME_TIME.toEpochMilli(), time, 0);
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

    /** The same call with another id and time. */
    ProducerRecord<byte[], byte[]> at(long time, long idHigh, long idLow) {
        writeId(idHigh, idLow);
        writeTime(time, value, timeAt);
        return new ProducerRecord<>(Topics.USAGE.name(), key, value);
    }

    /** As a UUID's text: 8, 4, 4, 4 and 12 digits. */
    private void writeId(long high, long low) {
        int at = idAt;
        for (int digit = 0; digit < 32; digit++) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
                at++; // The dash stays.
            }
            long half = digit < 16 ? high : low;
            value[at++] = (byte) HEX.charAt((int) (half >>> 60 - 4 * (digit & 15)) & 15);
        }
    }

    /** Avro's long, of a positive number: twice it, seven bits at a time, the lowest first, all but the last marked. */
    private static void writeTime(long time, byte[] bytes, int from) {
        long rest = time << 1;
        for (int i = from; i < from + TIME_BYTES - 1; i++) {
            bytes[i] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[from + TIME_BYTES - 1] = (byte) rest;
    }
}
