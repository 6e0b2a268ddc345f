package io.modelhub.wire;

import java.nio.ByteBuffer;

/**
 * The frame around an Avro value in the Confluent wire format: the byte 0, the schema's id as 4 bytes, big-endian, then Avro
 * binary.
 */
public final class WireFormat {

    public static final byte MAGIC = 0;
    public static final int HEADER_BYTES = 5;

    private WireFormat() {}

    /**
     * The id of the schema that a value was written with.
     *
     * @throws MalformedRecordException the bytes are no frame: the record is bad, whoever wrote it
     */
    public static int schemaId(byte[] value) {
        if (value.length < HEADER_BYTES) {
            throw new MalformedRecordException(
                    "the value has %d bytes, fewer than the 5 of the wire format's header".formatted(value.length));
        }
        if (value[0] != MAGIC) {
            throw new MalformedRecordException(
                    "the value begins with byte %d instead of the wire format's magic byte 0".formatted(value[0]));
        }
        return ByteBuffer.wrap(value, 1, 4).getInt();
    }
}
