package io.modelhub.aggregator.source;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.NameCache;
import io.modelhub.schema.CallStatus;
import io.modelhub.wire.WireFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads ordinary usage records straight from their bytes: written with this build's own schema, identifiers in ASCII, every rule
 * kept. That is a third of the time of the general decoder, and no garbage. It never rejects: where anything is out of the
 * ordinary it says so, and the general decoder and {@link UsageRules} decide. One thread.
 */
final class OrdinaryUsage {

    /** Bytes of a whole number that surely fits into 64 bits. */
    private static final int LONG_BYTES = 8;

    private static final long MAX_COST_PICOS =
            UsageRules.MAX_COST.movePointRight(12).longValueExact();

    private static final CallStatus[] STATUSES = CallStatus.values();

    private final NameCache names = new NameCache();
    private final int schemaId;

    private byte[] bytes = {};
    private int at;

    /** @param schemaId of the schema that this build has */
    OrdinaryUsage(int schemaId) {
        this.schemaId = schemaId;
    }

    /** Whether the record was ordinary; else the call is in no certain state. */
    boolean read(byte @Nullable [] value, Call call) {
        if (value == null
                || value.length < WireFormat.HEADER_BYTES
                || value[0] != WireFormat.MAGIC
                || ByteBuffer.wrap(value, 1, 4).getInt() != schemaId) {
            return false;
        }
        bytes = value;
        at = WireFormat.HEADER_BYTES;
        try {
            return readFields(call) && at == value.length;
        } catch (OddRecord | IndexOutOfBoundsException e) {
            return false;
        }
    }

    /** In the order of ModelMetrics.avsc. */
    private boolean readFields(Call call) {
        call.id = bytes;
        call.idLength = length(UsageRules.MAX_TEXT);
        call.idFrom = at;
        requireIdentifier(at, call.idLength);
        at += call.idLength;
        call.model = name();
        call.organization = optionalName();
        call.apiKey = optionalName();
        Measures measures = call.measures;
        measures.timestamp = number();
        measures.latencyMs = isPresent() ? atMost(UsageRules.MAX_LATENCY_MS) : Measures.NOT_MEASURED;
        measures.tokensInput = atMost(UsageRules.MAX_TOKENS);
        measures.tokensOutput = atMost(UsageRules.MAX_TOKENS);
        measures.tokensInputCached = atMost(measures.tokensInput);
        measures.tokensCacheWrite = atMost(measures.tokensInput - measures.tokensInputCached);
        measures.tokensReasoning = atMost(measures.tokensOutput);
        call.sentCostPicos = isPresent() ? cost() : Call.NOT_SENT;
        measures.status = STATUSES[(int) number()];
        skipOptionalText();
        skipOptionalText();
        call.routingRule = optionalName();
        skipText();
        return number() == 0; // Attributes are rare, and nothing counts them.
    }

    private boolean isPresent() {
        long branch = number();
        if (branch < 0 || branch > 1) {
            throw OddRecord.ODD;
        }
        return branch == 1;
    }

    private long atMost(long max) {
        long number = number();
        if (number < 0 || number > max) {
            throw OddRecord.ODD;
        }
        return number;
    }

    private long cost() {
        int length = length(LONG_BYTES);
        if (length == 0) {
            throw OddRecord.ODD;
        }
        long cost = bytes[at++];
        for (int i = 1; i < length; i++) {
            cost = cost << 8 | bytes[at++] & 0xFF;
        }
        if (cost < 0 || cost > MAX_COST_PICOS) {
            throw OddRecord.ODD;
        }
        return cost;
    }

    private @Nullable String optionalName() {
        return isPresent() ? name() : null;
    }

    private String name() {
        int length = length(UsageRules.MAX_TEXT);
        int from = at;
        at += length;
        String known = names.known(bytes, from, length);
        if (known != null) { // It was an identifier then.
            return known;
        }
        requireIdentifier(from, length);
        return names.keep(bytes, from, length);
    }

    private void requireIdentifier(int from, int length) {
        if (length == 0) {
            throw OddRecord.ODD;
        }
        for (int i = from; i < from + length; i++) {
            byte character = bytes[i];
            if (character < ' ' || character == 0x7F) { // A byte above ASCII is negative.
                throw OddRecord.ODD;
            }
        }
    }

    private void skipOptionalText() {
        if (isPresent()) {
            skipText();
        }
    }

    private void skipText() {
        int length = length(bytes.length); // It moves on itself.
        at += length;
    }

    private int length(int max) {
        long length = number();
        if (length < 0 || length > max) {
            throw OddRecord.ODD;
        }
        return (int) length;
    }

    /** Avro's long: zigzag, seven bits to a byte. */
    private long number() {
        byte[] source = bytes;
        int next = at;
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte digit = source[next++];
            zigzag |= (long) (digit & 0x7F) << shift;
            if (digit >= 0) {
                at = next;
                return zigzag >>> 1 ^ -(zigzag & 1);
            }
        }
        throw OddRecord.ODD;
    }

    /** Thrown many levels down for control alone, and therefore without a trace. */
    private static final class OddRecord extends RuntimeException {

        static final OddRecord ODD = new OddRecord();

        private static final long serialVersionUID = 1L;

        private OddRecord() {
            super("the record is out of the ordinary", null, false, false);
        }
    }
}
