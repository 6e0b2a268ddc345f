package io.modelhub.bench;

import io.modelhub.aggregator.sum.Figures;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Keeps sending calls of the moment at a steady rate until it is closed. They are made once, beforehand, and sent over and over
 * with new ids and times: what makes them must not take the processor from what is measured.
 */
final class Load implements AutoCloseable {

    private static final int CALLS = 100_000;

    /** Senders batch for this long, so calls are that much out of order. */
    private static final long DISORDER_MS = 5_000;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<ModelMetrics> calls = new ArrayList<>(CALLS);
    private final Topics topics;
    private final Map<String, Object> producerConfig;
    private final double perSecond;
    private final Thread sender = new Thread(this::send, "load");
    private volatile boolean closed;

    Load(Topics topics, BenchSettings settings, Map<String, Object> producerConfig, double perSecond) {
        this.topics = topics;
        this.producerConfig = producerConfig;
        this.perSecond = perSecond;
        Workload workload = new Workload(settings, Instant.now());
        for (int i = 0; i < CALLS; i++) {
            // A call that is repeated would be one object twice.
            calls.add(ModelMetrics.newBuilder(workload.next()).build());
        }
    }

    void start() {
        sender.start();
    }

    private void send() {
        SplittableRandom random = new SplittableRandom();
        try (KafkaProducer<String, ModelMetrics> producer = new KafkaProducer<>(
                producerConfig,
                topics.usage().key().serializer(),
                topics.usage().value().serializer())) {
            long began = System.nanoTime();
            for (long sent = 0; !closed; ) {
                long due = (long) ((System.nanoTime() - began) / 1e9 * perSecond);
                Instant now = Instant.now();
                for (; sent < due && !closed; sent++) {
                    ModelMetrics call = calls.get((int) (sent % CALLS));
                    Figures.set(call, "event_id", new UUID(random.nextLong(), random.nextLong()).toString());
                    Figures.set(call, "timestamp", now.minusMillis(random.nextLong(DISORDER_MS)));
                    producer.send(new ProducerRecord<>(Topics.USAGE.name(), Topics.canonicalKey(call), call));
                }
                TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
