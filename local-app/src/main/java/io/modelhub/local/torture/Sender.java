package io.modelhub.local.torture;

import io.modelhub.local.platform.StartFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts records onto {@code modelhub.usage}, each exactly once, however often the broker is killed; and keeps the aggregators'
 * pace. One thread at a time.
 */
final class Sender implements AutoCloseable {

    /** A killed broker is up again long before. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final String topic;
    private final String group;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final AtomicLong acknowledged = new AtomicLong();

    private long sent;
    private long counted;

    /**
     * @param topic that everything goes to
     * @param group of the aggregators
     */
    Sender(String bootstrapServers, String topic, String group) {
        this.topic = topic;
        this.group = group;
        int patience = Math.toIntExact(PATIENCE.toMillis());
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        patience,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        patience,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** @throws StartFailure an earlier one could not be sent */
    void send(ProducerRecord<byte[], byte[]> record) {
        requireNoFailure();
        sent++;
        producer.send(record, (metadata, exception) -> {
            if (exception == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, exception);
            }
        });
    }

    private void requireNoFailure() {
        Exception exception = failure.get();
        if (exception != null) {
            throw new StartFailure("An event could not be sent: %s.".formatted(exception.getMessage()), exception);
        }
    }

    /**
     * Waits until not more than so many of the records sent are still to be counted.
     *
     * @throws StartFailure nothing is counted any more
     */
    void awaitWaiting(long most) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (sent - counted > most) {
            long before = counted;
            counted = countedByNow();
            if (counted > before) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new StartFailure("%,d of %,d events are counted, and none was in the last %d minutes."
                        .formatted(counted, sent, PATIENCE.toMinutes()));
            }
            if (sent - counted > most) {
                requireNoFailure();
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            }
        }
    }

    /** What the aggregators have committed; as before where nobody can say it now. */
    private long countedByNow() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(LOOK.toMillis(), TimeUnit.MILLISECONDS));
            return committed.entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(topic) && offset.getValue() != null)
                    .mapToLong(offset -> offset.getValue().offset())
                    .sum();
        } catch (ExecutionException | TimeoutException e) {
            return counted;
        }
    }

    /** Waits until the broker has all that was sent. */
    long acknowledgedAll() {
        producer.flush();
        requireNoFailure();
        return acknowledged.get();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        admin.close(Duration.ofSeconds(5));
    }
}
