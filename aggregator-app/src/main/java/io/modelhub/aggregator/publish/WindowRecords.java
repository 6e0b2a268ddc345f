package io.modelhub.aggregator.publish;

import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.wire.WireFormat;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Windows as the records that are published, straight to their bytes: of the aggregator's records most are windows, and its
 * serializer would make a dozen objects for each. The fields are those of UsageWindow.avsc and UsageWindowKey.avsc, in
 * their order; a test holds every byte against the serializer's. One thread.
 */
public final class WindowRecords {

    private final Topic<UsageWindowKey, UsageWindow> topic;
    private final PackedWriter output = new PackedWriter(512);

    /** What the wire format has before the Avro bytes; null until the first window. */
    private byte @Nullable [] keyHeader;

    private byte @Nullable [] valueHeader;

    public WindowRecords(Topic<UsageWindowKey, UsageWindow> topic) {
        this.topic = topic;
    }

    public byte[] key(Cell window) {
        if (keyHeader == null) {
            keyHeader = header(topic.key().serializer(), new UsageWindowKey("-", "-", Instant.EPOCH));
        }
        output.clear();
        output.writeBytes(keyHeader);
        writeKey(window);
        return output.toBytes();
    }

    public byte[] value(Cell window) {
        if (valueHeader == null) {
            valueHeader = header(topic.value().serializer(), sample());
        }
        CallSum sum = window.sum();
        output.clear();
        output.writeBytes(valueHeader);
        writeKey(window);
        output.writeSigned(window.series().grain().endOf(window.start()));
        write(sum.usage());
        write(sum.latency());
        output.writeByte(0); // is_final: see docs/topics.md
        return output.toBytes();
    }

    private void writeKey(Cell window) {
        writeText(window.subject());
        writeText(window.model());
        output.writeSigned(window.start());
    }

    private void write(UsageSum usage) {
        output.writeSigned(usage.requests());
        output.writeSigned(usage.errors());
        output.writeSigned(usage.timeouts());
        output.writeSigned(usage.tokensInput());
        output.writeSigned(usage.tokensOutput());
        output.writeSigned(usage.tokensInputCached());
        output.writeSigned(usage.tokensCacheWrite());
        output.writeSigned(usage.tokensReasoning());
        usage.costSum().encodeDecimal(output);
        output.writeSigned(usage.unpricedRequests());
    }

    private void write(LatencySum latency) {
        output.writeSigned(latency.count());
        output.writeSigned(latency.sumMs());
        writeOptional(latency.minMs());
        writeOptional(latency.maxMs());
        writeOptional(latency.quantileMs(0.50));
        writeOptional(latency.quantileMs(0.95));
        writeOptional(latency.quantileMs(0.99));
        int from = output.length();
        latency.encodeSketch(output);
        int length = output.length() - from;
        output.insertSigned(from, length);
    }

    /** Avro writes a union as the number of its branch, zigzag, then the value: 0 is null, 2 the other one. */
    private void writeOptional(@Nullable Long value) {
        if (value == null) {
            output.writeByte(0);
        } else {
            output.writeByte(2);
            output.writeSigned(value);
        }
    }

    private void writeOptional(OptionalDouble value) {
        if (value.isEmpty()) {
            output.writeByte(0);
        } else {
            output.writeByte(2);
            output.writeDouble(value.getAsDouble());
        }
    }

    private void writeText(String text) {
        int from = output.length();
        output.writeUtf8(text);
        output.insertSigned(from, output.length() - from);
    }

    private <T> byte[] header(Serializer<T> serializer, T sample) {
        return Arrays.copyOf(serializer.serialize(topic.name(), sample), WireFormat.HEADER_BYTES);
    }

    private static UsageWindow sample() {
        return UsageWindow.newBuilder()
                .setOrganization("-")
                .setModel("-")
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH)
                .setRequests(0)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(BigDecimal.ZERO.setScale(12))
                .setUnpricedRequests(0)
                .setLatencyCount(0)
                .setLatencySumMs(0)
                .setLatencySketch(ByteBuffer.allocate(0))
                .build();
    }
}
