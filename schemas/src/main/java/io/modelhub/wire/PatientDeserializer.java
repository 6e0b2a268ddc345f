package io.modelhub.wire;

import java.time.Duration;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deserializer that waits while the schema registry is away, for as long as a consumer may pause between two polls. So an
 * outage of the registry never makes a good record look bad.
 */
public final class PatientDeserializer<T> implements Deserializer<T> {

    private static final Logger LOG = LoggerFactory.getLogger(PatientDeserializer.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Kafka takes a consumer that doesn't poll for 5 minutes (max.poll.interval.ms) for dead. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Deserializer<T> inner;

    public PatientDeserializer(Deserializer<T> inner) {
        this.inner = inner;
    }

    /**
     * @throws MalformedRecordException the bytes are at fault: set the record aside
     * @throws RegistryUnavailableException the registry stayed away: leave the group, begin again at the same record
     */
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return inner.deserialize(topic, bytes);
            } catch (RegistryUnavailableException e) {
                if (System.nanoTime() >= deadline) {
                    throw e;
                }
                LOG.warn("Waiting for the schema registry: {}", e.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
