package io.modelhub.aggregator.sum;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;

/**
 * The numbers of one call, or of a correction of calls that were counted before. Plain fields, filled again for each event: at a hundred thousand events a second an object for each
 * would be the largest part of the garbage.
 */
public final class Measures {

    /** The latency of a call that was not measured. */
    public static final int NOT_MEASURED = -1;

    private static final CallStatus[] STATUSES = CallStatus.values();
    private static final int UNPRICED = 4;
    private static final int MEASURED = 8;
    private static final int CORRECTION = 16;
    private static final int REPEAT = 32;

    /** 1; none where this is a correction. */
    public long calls = 1;

    /** Epoch milliseconds. */
    public long timestamp;

    /** {@link #NOT_MEASURED} where it isn't. */
    public long latencyMs = NOT_MEASURED;

    public long tokensInput;
    public long tokensOutput;
    public long tokensInputCached;
    public long tokensCacheWrite;
    public long tokensReasoning;

    /** In 10^-12 US dollars; 0 where the call is unpriced. Negative only in a correction. */
    public long costPicos;

    /** Calls with neither a sent cost nor a price; negative in a correction that prices some. */
    public long unpricedCalls;

    public CallStatus status = CallStatus.Success;

    /** The call was counted before: this one is a duplicate, and nothing else. */
    public boolean isRepeat;

    /** A latency whose bin is known: a call's is asked for by its day, its month and its key's day. */
    private long binnedMs;

    private int bin;

    /** The bin of the latency, which is more than 0. */
    int latencyBin() {
        if (binnedMs != latencyMs) {
            bin = LatencyBins.binOf(latencyMs);
            binnedMs = latencyMs;
        }
        return bin;
    }

    /** All but the cost. */
    public void set(ModelMetrics usage) {
        calls = 1;
        timestamp = usage.getTimestamp().toEpochMilli();
        latencyMs = usage.getLatencyMs() == null ? NOT_MEASURED : usage.getLatencyMs();
        tokensInput = usage.getTokensInput();
        tokensOutput = usage.getTokensOutput();
        tokensInputCached = usage.getTokensInputCached();
        tokensCacheWrite = usage.getTokensCacheWrite();
        tokensReasoning = usage.getTokensReasoning();
        costPicos = 0;
        unpricedCalls = 0;
        status = usage.getStatus();
        isRepeat = false;
    }

    public static Measures of(ModelMetrics usage) {
        Measures measures = new Measures();
        measures.set(usage);
        return measures;
    }

    /**
     * A correction.
     *
     * @param time that the corrected calls are in, epoch milliseconds
     * @param unpriced so many calls more are without a price
     * @param picos US dollars by which they cost more, in 10^-12
     */
    public void setCorrection(long time, long unpriced, long picos) {
        calls = 0;
        timestamp = time;
        latencyMs = NOT_MEASURED;
        tokensInput = 0;
        tokensOutput = 0;
        tokensInputCached = 0;
        tokensCacheWrite = 0;
        tokensReasoning = 0;
        costPicos = picos;
        unpricedCalls = unpriced;
        status = CallStatus.Success;
        isRepeat = false;
    }

    public boolean isCorrection() {
        return calls == 0;
    }

    /** @param since a time near the call's, for a short form; the reader must know it */
    public void encode(PackedWriter output, long since) {
        if (isCorrection()) {
            output.writeByte(CORRECTION);
            output.writeSigned(timestamp - since);
            output.writeSigned(unpricedCalls);
            output.writeSigned(costPicos);
            return;
        }
        output.writeByte(status.ordinal()
                | (unpricedCalls != 0 ? UNPRICED : 0)
                | (latencyMs == NOT_MEASURED ? 0 : MEASURED)
                | (isRepeat ? REPEAT : 0));
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
        if ((flags & CORRECTION) != 0) {
            setCorrection(since + input.readSigned(), input.readSigned(), input.readSigned());
            return;
        }
        calls = 1;
        status = STATUSES[flags & 3];
        unpricedCalls = (flags & UNPRICED) == 0 ? 0 : 1;
        isRepeat = (flags & REPEAT) != 0;
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
