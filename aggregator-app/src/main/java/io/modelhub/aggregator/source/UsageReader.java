package io.modelhub.aggregator.source;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.PatientDeserializer;
import io.modelhub.wire.RegistryUnavailableException;
import io.modelhub.wire.WireFormat;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads values of {@code modelhub.usage}, and says why one is not to be counted. One thread. */
public final class UsageReader {

    private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);

    private static final Optional<Refusal> NO_VALUE =
            Optional.of(new Refusal(new Rejection("undecodable", null, "the record has no value"), null));

    /** @param usage the value decoded; null where that is not possible */
    public record Refusal(Rejection rejection, @Nullable ModelMetrics usage) {}

    private final Topic<String, ModelMetrics> topic;
    private final Acceptance acceptance;
    private final Deserializer<ModelMetrics> deserializer;

    /** Null until a value was read whose schema tells the id of this build's own. */
    private @Nullable OrdinaryUsage ordinary;

    private boolean isOwnSchemaAsked;

    public UsageReader(Topic<String, ModelMetrics> topic, Acceptance acceptance) {
        this.topic = topic;
        this.acceptance = acceptance;
        this.deserializer = new PatientDeserializer<>(topic.value().deserializer());
    }

    /**
     * Fills a call; waits while the registry is away.
     *
     * @param appendTime of the record, epoch milliseconds
     * @return why the value must not be counted; empty where the call is accepted
     */
    public Optional<Refusal> read(byte @Nullable [] value, long appendTime, Call call) {
        if (ordinary != null
                && ordinary.read(value, call)
                && acceptance.isInTime(call.measures.timestamp, appendTime)) {
            return Optional.empty();
        }
        return readAny(value, appendTime, call);
    }

    private Optional<Refusal> readAny(byte @Nullable [] value, long appendTime, Call call) {
        ModelMetrics usage;
        try {
            usage = deserializer.deserialize(topic.name(), value);
        } catch (MalformedRecordException e) {
            return Optional.of(new Refusal(new Rejection("undecodable", null, String.valueOf(e.getMessage())), null));
        }
        if (usage == null) {
            return NO_VALUE;
        }
        Optional<Rejection> objection = UsageRules.broken(usage)
                .or(() -> acceptance.objection(usage.getTimestamp(), Instant.ofEpochMilli(appendTime)));
        if (objection.isPresent()) {
            return objection.map(rejection -> new Refusal(rejection, usage));
        }
        call.set(usage);
        askForOwnSchema(usage);
        return Optional.empty();
    }

    /** The id of this build's own schema is what a serializer writes before a value. */
    private void askForOwnSchema(ModelMetrics usage) {
        if (isOwnSchemaAsked) {
            return;
        }
        try {
            byte[] written = topic.value().serializer().serialize(topic.name(), usage);
            ordinary = new OrdinaryUsage(WireFormat.schemaId(written));
            isOwnSchemaAsked = true;
        } catch (RegistryUnavailableException e) {
            LOG.info("The schema registry is away; all usage is read by the general decoder for now");
        } catch (SerializationException e) {
            isOwnSchemaAsked = true;
            LOG.warn("All usage is read by the general decoder: {}", e.getMessage());
        }
    }
}
