package io.modelhub.aggregator.publish;

import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.wire.WireFormat;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record that is published, field by field in the order of its schema: most of what the aggregator writes are
 * windows, and a serializer would make a dozen objects for each. A test holds every byte against the serializer's. One thread.
 */
final class AvroOutput {

    private final PackedWriter output = new PackedWriter(512);

    /** What the wire format has before the Avro bytes of a schema, taken from a record that the serializer wrote. */
    static <T> byte[] header(Serializer<T> serializer, String topic, T sample) {
        return Arrays.copyOf(serializer.serialize(topic, sample), WireFormat.HEADER_BYTES);
    }

    void begin(byte[] header) {
        output.clear();
        output.writeBytes(header);
    }

    byte[] end() {
        return output.toBytes();
    }

    void write(long number) {
        output.writeSigned(number);
    }

    void write(boolean flag) {
        output.writeByte(flag ? 1 : 0);
    }

    void write(String text) {
        output.writeAvroText(text);
    }

    void writeOptional(@Nullable String text) {
        if (writeBranch(text != null) && text != null) {
            write(text);
        }
    }

    void writeOptional(@Nullable Long number) {
        if (writeBranch(number != null) && number != null) {
            write(number);
        }
    }

    private void writeOptional(OptionalDouble number) {
        if (writeBranch(number.isPresent())) {
            output.writeDouble(number.getAsDouble());
        }
    }

    /** Avro writes a union as the number of its branch, zigzag, then the value: 0 is null, 2 the other one. */
    private boolean writeBranch(boolean isPresent) {
        output.writeByte(isPresent ? 2 : 0);
        return isPresent;
    }

    /** From requests to unpriced_requests. */
    void write(UsageSum usage) {
        write(usage.requests());
        write(usage.errors());
        write(usage.timeouts());
        write(usage.tokensInput());
        write(usage.tokensOutput());
        write(usage.tokensInputCached());
        write(usage.tokensCacheWrite());
        write(usage.tokensReasoning());
        usage.encodeCost(output);
        write(usage.unpricedRequests());
    }

    /** From latency_count to latency_sketch. */
    void write(LatencySum latency) {
        write(latency.count());
        write(latency.sumMs());
        writeOptional(latency.minMs());
        writeOptional(latency.maxMs());
        writeOptional(latency.quantileMs(0.50));
        writeOptional(latency.quantileMs(0.95));
        writeOptional(latency.quantileMs(0.99));
        int from = output.length();
        latency.encodeSketch(output);
        output.insertSigned(from, output.length() - from);
    }
}
