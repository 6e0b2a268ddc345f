package io.modelhub.aggregator.sum;

import java.time.Instant;

/** What some calls, and the corrections of them, add up to: counts, tokens, money, latencies, and when the latest was. Changed in place; one thread at a time. */
public final class CallSum {

    private final UsageSum usage = new UsageSum();
    private final LatencySum latency = new LatencySum();
    private long latestAt = Long.MIN_VALUE;

    public void add(Measures call) {
        usage.add(call);
        if (call.isRepeat) {
            return;
        }
        if (call.latencyMs != Measures.NOT_MEASURED) {
            latency.add(call.latencyMs);
        }
        if (!call.isCorrection()) {
            latestAt = Math.max(latestAt, call.timestamp);
        }
    }

    public void add(CallSum other) {
        usage.add(other.usage);
        latency.add(other.latency);
        latestAt = Math.max(latestAt, other.latestAt);
    }

    public UsageSum usage() {
        return usage;
    }

    public LatencySum latency() {
        return latency;
    }

    /** Time of the latest call; in the far past where there are only duplicates. */
    public Instant latestAt() {
        return Instant.ofEpochMilli(latestAt);
    }

    /** @param since a time near the calls', for a short form; the reader must know it */
    public void encode(PackedWriter output, long since) {
        output.writeSigned(latestAt - since);
        usage.encode(output);
        latency.encode(output);
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input, long since) {
        latestAt = Math.max(latestAt, since + input.readSigned());
        usage.decodeAndAdd(input);
        latency.decodeAndAdd(input);
    }
}
