package io.modelhub.bench;

import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Keeps sending calls of the moment at a steady rate until it is closed. They are made and encoded once, beforehand, and sent over
 * and over with new ids and times: what makes them must not take the processor from what is measured.
 */
final class Load implements AutoCloseable {

    private static final int CALLS = 100_000;

    /** Senders batch for this long, so calls are that much out of order. */
    private static final long DISORDER_MS = 5_000;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<EncodedCall> calls = new ArrayList<>(CALLS);
    private final Map<String, Object> producerConfig;
    private final double perSecond;
    private final Thread sender = new Thread(this::send, "load");
    private final FirstFailure failure = new FirstFailure();
    private volatile boolean closed;

    Load(Topics topics, BenchSettings settings, Map<String, Object> producerConfig, double perSecond) {
        this.producerConfig = producerConfig;
        this.perSecond = perSecond;
        Workload workload = new Workload(settings, Instant.now());
        for (int i = 0; i < CALLS; i++) {
            calls.add(new EncodedCall(workload.next(), topics));
        }
    }

    void start() {
        sender.start();
    }

    private void send() {
        SplittableRandom random = new SplittableRandom();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer())) {
            long began = System.nanoTime();
            for (long sent = 0; !closed; ) {
                long due = (long) ((System.nanoTime() - began) / 1e9 * perSecond);
                long now = System.currentTimeMillis();
                for (; sent < due && !closed; sent++) {
                    long time = now - random.nextLong(DISORDER_MS);
                    EncodedCall call = calls.get((int) (sent % CALLS));
                    producer.send(call.at(time, new UUID(random.nextLong(), random.nextLong())), failure);
                }
                TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws BenchFailure a call was not written: the load was less than it should be */
    @Override
    public void close() {
        closed = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        failure.get().ifPresent(first -> {
            throw new BenchFailure("A call of the load was not written: " + first);
        });
    }
}
