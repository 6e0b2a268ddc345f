package io.modelhub.aggregator.sum;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What some calls, and the corrections of them, add up to: counts, tokens, money, latencies, and when the latest was. Changed in place; one thread at a time. */
public class CallSum extends UsageSum {

    /** The only latency that was measured; {@link Measures#NOT_MEASURED} where there is none, or there are several. */
    private int onlyLatencyMs = Measures.NOT_MEASURED;

    /** Once there are several latencies: most windows never get there, and need no other object than this one. */
    private @Nullable LatencySum latencies;

    private long latestAt = Long.MIN_VALUE;

    @Override
    public void add(Measures call) {
        super.add(call);
        if (call.isRepeat) {
            return;
        }
        if (call.latencyMs != Measures.NOT_MEASURED) {
            if (latencies == null && onlyLatencyMs == Measures.NOT_MEASURED) {
                onlyLatencyMs = Math.toIntExact(call.latencyMs);
            } else {
                latencies().add(call);
            }
        }
        if (!call.isCorrection()) {
            latestAt = Math.max(latestAt, call.timestamp);
        }
    }

    public void add(CallSum other) {
        add((UsageSum) other);
        if (other.latencies != null) {
            latencies().add(other.latencies);
        } else if (other.onlyLatencyMs != Measures.NOT_MEASURED) {
            addLatency(other.onlyLatencyMs);
        }
        latestAt = Math.max(latestAt, other.latestAt);
    }

    private void addLatency(long latencyMs) {
        if (latencies == null && onlyLatencyMs == Measures.NOT_MEASURED) {
            onlyLatencyMs = Math.toIntExact(latencyMs);
        } else {
            latencies().add(latencyMs);
        }
    }

    /** Where latencies are added up from now on. */
    private LatencySum latencies() {
        if (latencies == null) {
            latencies = latency();
            onlyLatencyMs = Measures.NOT_MEASURED;
        }
        return latencies;
    }

    /** Calls, tokens and money alone. */
    public UsageSum usage() {
        return this;
    }

    /** The latencies so far; not to be changed. */
    public LatencySum latency() {
        if (latencies != null) {
            return latencies;
        }
        LatencySum latency = new LatencySum();
        if (onlyLatencyMs != Measures.NOT_MEASURED) {
            latency.add(onlyLatencyMs);
        }
        return latency;
    }

    /** Time of the latest call; in the far past where there are only duplicates. */
    public Instant latestAt() {
        return Instant.ofEpochMilli(latestAt);
    }

    /** @param since a time near the calls', for a short form; the reader must know it */
    public void encode(PackedWriter output, long since) {
        output.writeSigned(latestAt - since);
        encode(output);
        if (latencies != null) {
            latencies.encode(output);
        } else if (onlyLatencyMs == Measures.NOT_MEASURED) {
            LatencySum.encodeNone(output);
        } else {
            LatencySum.encodeOne(onlyLatencyMs, output);
        }
    }

    /** Adds a sum that {@link #encode(PackedWriter, long)} wrote. */
    public void decodeAndAdd(PackedReader input, long since) {
        latestAt = Math.max(latestAt, since + input.readSigned());
        decodeAndAdd(input);
        long count = input.readUnsigned();
        if (count == 1) {
            addLatency(input.readUnsigned());
        } else if (count > 1) {
            latencies().decodeAndAdd(count, input);
        }
    }

    /** Whether there are calls in what {@link #encode(PackedWriter, long)} wrote; else there are corrections alone. */
    public static boolean hasCalls(PackedReader input) {
        input.skipNumbers(1);
        return input.readUnsigned() > 0;
    }

    /** Passes over what {@link #encode(PackedWriter, long)} wrote. */
    public static void skip(PackedReader input) {
        input.skipNumbers(1);
        UsageSum.skip(input);
        LatencySum.skip(input);
    }
}
