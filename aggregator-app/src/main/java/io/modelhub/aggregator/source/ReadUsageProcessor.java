package io.modelhub.aggregator.source;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.PatientDeserializer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Decodes the records of {@code modelhub.usage} and lets those pass that are readable, within the rules and in time. The rest
 * goes to {@code modelhub.usage.rejected}, whole, and the stream goes on. Records pass with the key and the append time they
 * came with.
 */
public final class ReadUsageProcessor extends ContextualProcessor<byte[], byte[], byte[], Object> {

    private static final Optional<Rejection> UNDECODABLE_NULL =
            Optional.of(new Rejection("undecodable", null, "the record has no value"));

    private final Topic<String, ModelMetrics> topic;
    private final Acceptance acceptance;
    private final String accepted;
    private final String rejected;
    private final Deserializer<ModelMetrics> deserializer;

    /**
     * @param accepted name of the child that gets the accepted {@link ModelMetrics}
     * @param rejected name of the child that gets the {@link RejectedUsage}
     */
    public ReadUsageProcessor(
            Topic<String, ModelMetrics> topic, Acceptance acceptance, String accepted, String rejected) {
        this.topic = topic;
        this.acceptance = acceptance;
        this.accepted = accepted;
        this.rejected = rejected;
        this.deserializer = new PatientDeserializer<>(topic.value().deserializer());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ModelMetrics usage = null;
        Optional<Rejection> objection;
        try {
            usage = deserializer.deserialize(topic.name(), record.value());
            objection = usage == null
                    ? UNDECODABLE_NULL
                    : acceptance.objection(usage, Instant.ofEpochMilli(record.timestamp()));
        } catch (MalformedRecordException e) {
            objection = Optional.of(new Rejection("undecodable", null, String.valueOf(e.getMessage())));
        }
        if (objection.isPresent()) {
            byte[] original = record.value() == null ? new byte[0] : record.value();
            RecordMetadata origin = context().recordMetadata().orElseThrow();
            context()
                    .forward(
                            record.withValue(objection.get().of(original, usage, origin, record.timestamp())),
                            rejected);
        } else {
            context().forward(record.withValue(usage), accepted);
        }
    }
}
