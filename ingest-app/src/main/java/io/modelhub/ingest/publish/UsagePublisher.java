package io.modelhub.ingest.publish;

import io.modelhub.ingest.publish.IntakeOutcome.Cause;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.RegistryUnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Writes batches to the broker, pipelined: an event does not wait for the one before it. Thread-safe. How long an
 * acknowledgement may take is the producer's own setting ({@code delivery.timeout.ms}).
 */
public final class UsagePublisher {

    private static final Logger log = LoggerFactory.getLogger(UsagePublisher.class);

    private final ProducerFactory<byte[], byte[]> producers;
    private final Topic<String, ModelMetrics> usage;
    private final Topic<byte[], RejectedUsage> rejected;

    /** @param producers of producers with acks=all and idempotence: "acknowledged" means nothing without */
    public UsagePublisher(ProducerFactory<byte[], byte[]> producers, Topics topics) {
        this.producers = producers;
        this.usage = topics.usage();
        this.rejected = topics.usageRejected();
    }

    /** @return completes when every record sent was answered for; an outage is a value, not an exception */
    CompletableFuture<Publication> publish(List<ModelMetrics> good, List<RejectedUsage> bad) {
        PendingBatch batch = new PendingBatch();
        // Shared by all threads; closing it only gives it back.
        try (Producer<byte[], byte[]> producer = producers.createProducer()) {
            for (ModelMetrics event : good) {
                // The rest would only fill the buffer and wait: the sender repeats the batch anyway.
                if (batch.hasFailed()) {
                    break;
                }
                batch.sendGood(producer, record(usage, Topics.canonicalKey(event), event));
            }
            for (RejectedUsage event : bad) {
                if (batch.hasFailed()) {
                    break;
                }
                batch.sendBad(producer, record(rejected, null, event));
            }
        } catch (KafkaException e) {
            batch.fail(e);
        }
        return batch.close().thenApply(UsagePublisher::publication);
    }

    /**
     * Registers the schemas, so that the registry is not needed any more.
     *
     * @throws KafkaException the registry is away or refuses them: try again
     */
    public void registerSchemas() {
        Instant epoch = Instant.EPOCH;
        record(
                usage,
                "",
                ModelMetrics.newBuilder()
                        .setEventId("")
                        .setModel("")
                        .setTimestamp(epoch)
                        .setTokensInput(0)
                        .setTokensOutput(0)
                        .setStatus(CallStatus.Success)
                        .build());
        record(
                rejected,
                null,
                RejectedUsage.newBuilder()
                        .setReason("")
                        .setMessage("")
                        .setOriginal(ByteBuffer.allocate(0))
                        .setSource("")
                        .setRejectedAt(epoch)
                        .build());
    }

    private static Publication publication(PendingBatch batch) {
        Exception failure = batch.failure();
        if (failure == null) {
            return new Publication(batch.acknowledged(), null);
        }
        // A SerializationException is the registry's, too: each event was checked to fit the schema.
        Cause cause = failure instanceof RegistryUnavailableException || failure instanceof SerializationException
                ? Cause.REGISTRY
                : Cause.BROKER;
        log.warn("A batch was not published, {} is unavailable: {}", cause, failure.toString());
        return new Publication(batch.acknowledged(), cause);
    }

    private static <K, V> ProducerRecord<byte[], byte[]> record(Topic<K, V> topic, @Nullable K key, V value) {
        return new ProducerRecord<>(
                topic.name(),
                topic.key().serializer().serialize(topic.name(), key),
                topic.value().serializer().serialize(topic.name(), value));
    }
}
