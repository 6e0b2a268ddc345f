package io.modelhub.aggregator.source;

import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.PatientDeserializer;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads values of {@code modelhub.usage.corrections}. One thread. */
public final class CorrectionReader {

    private static final Logger LOG = LoggerFactory.getLogger(CorrectionReader.class);

    private final Topic<String, UsageCorrection> topic;
    private final Deserializer<UsageCorrection> deserializer;

    public CorrectionReader(Topic<String, UsageCorrection> topic) {
        this.topic = topic;
        this.deserializer = new PatientDeserializer<>(topic.value().deserializer());
    }

    /**
     * Waits while the registry is away.
     *
     * @return empty where there is no correction in the value: the reprice command didn't write it
     */
    public Optional<UsageCorrection> read(byte @Nullable [] value, RecordMetadata origin) {
        try {
            Optional<UsageCorrection> correction = Optional.ofNullable(deserializer.deserialize(topic.name(), value));
            if (correction.isEmpty()) {
                LOG.warn(
                        "{}-{}@{} has no value and corrects nothing",
                        origin.topic(),
                        origin.partition(),
                        origin.offset());
            }
            return correction;
        } catch (MalformedRecordException e) {
            LOG.warn(
                    "{}-{}@{} can't be read and corrects nothing: {}",
                    origin.topic(),
                    origin.partition(),
                    origin.offset(),
                    e.getMessage());
            return Optional.empty();
        }
    }
}
