package io.modelhub.aggregator.dedup;

import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.sum.NameNumbers;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whole ids of calls in one value, with their canonical keys and times: some 20 bytes for a UUID, which is kept as its 16 bytes.
 * Canonical keys stand once, where they first occur, then their number.
 */
final class IdBlock {

    /** As many as ten bits can tell apart, one value left over. */
    static final int MOST_IDS = (1 << 10) - 1;

    private static final byte VERSION = 1;
    private static final int LONGEST = 256 * 1024;

    /** Stands for the length of an id that is a UUID in its canonical form: no id is that long. */
    private static final int UUID = 0x7FFF;

    private static final int UUID_TEXT = 36;
    private static final int UUID_BYTES = 16;

    private final PackedWriter output = new PackedWriter(4 * 1024);
    private final NameNumbers keys = new NameNumbers();
    private final byte[] uuid = new byte[UUID_BYTES];
    private int ids;
    private long since;

    /** Gets the ids in their order. */
    @FunctionalInterface
    interface Visitor {

        /**
         * @param id in [from, from + length) of the array
         * @return whether to go on
         */
        boolean visit(String canonicalKey, byte[] id, int from, int length, long timestamp);
    }

    void add(Call call) {
        if (ids++ == 0) {
            since = call.measures.timestamp;
            output.writeByte(VERSION);
            output.writeFixed(since);
        }
        String canonicalKey = call.canonicalKey();
        int known = keys.size();
        int number = keys.numberOf(canonicalKey);
        output.writeUnsigned(number);
        if (number == known) {
            output.writeText(canonicalKey);
        }
        output.writeSigned(call.measures.timestamp - since);
        if (isUuid(call)) {
            output.writeUnsigned(UUID);
            output.writeBytes(uuid);
        } else {
            output.writeUnsigned(call.idLength);
            output.writeBytes(call.id, call.idFrom, call.idLength);
        }
    }

    /** How many ids there are: the place of the next one. */
    int size() {
        return ids;
    }

    boolean isFull() {
        return ids == MOST_IDS || output.length() > LONGEST;
    }

    /** The value so far. */
    byte[] bytes() {
        return output.toBytes();
    }

    void clear() {
        output.clear();
        keys.clear();
        ids = 0;
    }

    static void read(byte[] value, Visitor visitor) {
        read(value, 0, visitor);
    }

    /** @param from the place of the first one to visit: those before it are passed over */
    static void read(byte[] value, int from, Visitor visitor) {
        PackedReader input = new PackedReader(value);
        input.requireFormat("a block of ids has", VERSION);
        long since = input.readFixed();
        String[] keys = new String[8];
        int known = 0;
        byte[] text = new byte[UUID_TEXT];
        boolean goesOn = true;
        for (int place = 0; goesOn && input.hasMore(); place++) {
            int key = (int) input.readUnsigned();
            if (key == known) {
                if (known == keys.length) {
                    keys = Arrays.copyOf(keys, 2 * known);
                }
                keys[known++] = input.readText();
            }
            long timestamp = since + input.readSigned();
            int length = (int) input.readUnsigned();
            int id = input.position();
            boolean isUuid = length == UUID;
            input.skip(isUuid ? UUID_BYTES : length);
            if (place >= from && isUuid) {
                writeUuid(value, id, text);
                goesOn = visitor.visit(keys[key], text, 0, UUID_TEXT, timestamp);
            } else if (place >= from) {
                goesOn = visitor.visit(keys[key], value, id, length, timestamp);
            }
        }
    }

    /** Whether the id is a UUID in the only form whose text its bytes give back; they are filled in then. */
    private boolean isUuid(Call call) {
        if (call.idLength != UUID_TEXT) {
            return false;
        }
        int at = call.idFrom;
        for (int i = 0; i < UUID_BYTES; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                if (call.id[at++] != '-') {
                    return false;
                }
            }
            int high = hexValue(call.id[at++]);
            int low = hexValue(call.id[at++]);
            if ((high | low) < 0) {
                return false;
            }
            uuid[i] = (byte) (high << 4 | low);
        }
        return true;
    }

    /** Lower case only; negative for anything else. */
    private static int hexValue(byte character) {
        if (character >= '0' && character <= '9') {
            return character - '0';
        }
        return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
    }

    private static void writeUuid(byte[] source, int from, byte[] text) {
        int at = 0;
        for (int i = 0; i < UUID_BYTES; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[at++] = '-';
            }
            text[at++] = HEX[source[from + i] >> 4 & 0xF];
            text[at++] = HEX[source[from + i] & 0xF];
        }
    }

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
}
