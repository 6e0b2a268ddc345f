package io.modelhub.ingest.publish;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Sends the records of one batch and counts the broker's answers, which come on the producer's own thread. */
final class PendingBatch {

    // One for the sending itself: the batch is not answered while records may still be added.
    private final AtomicInteger unanswered = new AtomicInteger(1);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final CompletableFuture<PendingBatch> answered = new CompletableFuture<>();

    /** Sends a good event; its acknowledgement counts. */
    void sendGood(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> event) {
        send(producer, event, 1);
    }

    /** Sends an event to be set aside. */
    void sendBad(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> event) {
        send(producer, event, 0);
    }

    private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> event, int counts) {
        unanswered.incrementAndGet();
        try {
            producer.send(event, (metadata, exception) -> {
                if (exception == null) {
                    acknowledged.addAndGet(counts);
                } else {
                    fail(exception);
                }
                oneAnswered();
            });
        } catch (KafkaException e) {
            // The producer throws instead of calling back.
            fail(e);
            oneAnswered();
        }
    }

    /** The batch can't succeed any more; what was sent is still waited for. */
    void fail(Exception exception) {
        failure.compareAndSet(null, exception);
    }

    /** Nothing more will be sent. */
    CompletableFuture<PendingBatch> close() {
        oneAnswered();
        return answered;
    }

    private void oneAnswered() {
        if (unanswered.decrementAndGet() == 0) {
            answered.complete(this);
        }
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** The first failure, null where there was none. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    /** Good events that the broker has. */
    int acknowledged() {
        return acknowledged.get();
    }
}
