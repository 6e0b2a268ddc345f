package io.modelhub.aggregator.sum;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;

/**
 * The numbers of one call. Plain fields, filled again for each event: at a hundred thousand events a second an object for each
 * would be the largest part of the garbage.
 */
public final class Measures {

    /** The latency of a call that was not measured. */
    public static final long NOT_MEASURED = -1;

    private static final CallStatus[] STATUSES = CallStatus.values();
    private static final int UNPRICED = 4;
    private static final int MEASURED = 8;

    /** Epoch milliseconds. */
    public long timestamp;

    /** {@link #NOT_MEASURED} where it isn't. */
    public long latencyMs = NOT_MEASURED;

    public long tokensInput;
    public long tokensOutput;
    public long tokensInputCached;
    public long tokensCacheWrite;
    public long tokensReasoning;

    /** In 10^-12 US dollars, not negative; 0 where the call is unpriced. */
    public long costPicos;

    /** Neither a sent cost nor a price. */
    public boolean unpriced;

    public CallStatus status = CallStatus.Success;

    /** All but the cost. */
    public void set(ModelMetrics usage) {
        timestamp = usage.getTimestamp().toEpochMilli();
        latencyMs = usage.getLatencyMs() == null ? NOT_MEASURED : usage.getLatencyMs();
        tokensInput = usage.getTokensInput();
        tokensOutput = usage.getTokensOutput();
        tokensInputCached = usage.getTokensInputCached();
        tokensCacheWrite = usage.getTokensCacheWrite();
        tokensReasoning = usage.getTokensReasoning();
        costPicos = 0;
        unpriced = false;
        status = usage.getStatus();
    }

    public static Measures of(ModelMetrics usage) {
        Measures measures = new Measures();
        measures.set(usage);
        return measures;
    }

    /** @param since a time near the call's, for a short form; the reader must know it */
    public void encode(PackedWriter output, long since) {
        output.writeByte(status.ordinal() | (unpriced ? UNPRICED : 0) | (latencyMs == NOT_MEASURED ? 0 : MEASURED));
        output.writeSigned(timestamp - since);
        if (latencyMs != NOT_MEASURED) {
            output.writeUnsigned(latencyMs);
        }
        output.writeUnsigned(tokensInput);
        output.writeUnsigned(tokensOutput);
        output.writeUnsigned(tokensInputCached);
        output.writeUnsigned(tokensCacheWrite);
        output.writeUnsigned(tokensReasoning);
        output.writeUnsigned(costPicos);
    }

    /** Reads what {@link #encode} wrote. */
    public void decode(PackedReader input, long since) {
        int flags = input.readByte();
        status = STATUSES[flags & 3];
        unpriced = (flags & UNPRICED) != 0;
        timestamp = since + input.readSigned();
        latencyMs = (flags & MEASURED) == 0 ? NOT_MEASURED : input.readUnsigned();
        tokensInput = input.readUnsigned();
        tokensOutput = input.readUnsigned();
        tokensInputCached = input.readUnsigned();
        tokensCacheWrite = input.readUnsigned();
        tokensReasoning = input.readUnsigned();
        costPicos = input.readUnsigned();
    }
}
