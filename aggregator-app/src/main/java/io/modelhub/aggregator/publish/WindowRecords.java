package io.modelhub.aggregator.publish;

import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Windows as the records that are published, UsageWindow.avsc and UsageWindowKey.avsc. One thread. */
public final class WindowRecords {

    private final Topic<UsageWindowKey, UsageWindow> topic;
    private final AvroOutput output = new AvroOutput();

    /** What the wire format has before the Avro bytes; null until the first window. */
    private byte @Nullable [] keyHeader;

    private byte @Nullable [] valueHeader;

    public WindowRecords(Topic<UsageWindowKey, UsageWindow> topic) {
        this.topic = topic;
    }

    public byte[] key(Cell window) {
        if (keyHeader == null) {
            keyHeader = AvroOutput.header(
                    topic.key().serializer(), topic.name(), new UsageWindowKey("-", "-", Instant.EPOCH));
        }
        output.begin(keyHeader);
        writeKey(window);
        return output.end();
    }

    /** @param isFinal whether no call that could still come is accepted for the window */
    public byte[] value(Cell window, boolean isFinal) {
        if (valueHeader == null) {
            valueHeader = AvroOutput.header(topic.value().serializer(), topic.name(), sample());
        }
        output.begin(valueHeader);
        writeKey(window);
        output.write(window.end());
        output.write(window.sum().usage());
        output.write(window.sum().latency());
        output.write(window.sum().usage().duplicates());
        output.write(isFinal);
        return output.end();
    }

    private void writeKey(Cell window) {
        output.write(window.subject());
        output.write(window.model());
        output.write(window.start());
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
