package io.modelhub.bench;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Keeps sending calls at a steady rate until it is closed. They are written once, beforehand, and sent over and over under new
 * ids: what makes them must not take the processor from what is measured.
 */
final class Load implements AutoCloseable {

    private static final int CALLS = 100_000;

    /** The wire format's header, then the length of the id. */
    private static final int ID_OFFSET = 6;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<ProducerRecord<byte[], byte[]>> calls = new ArrayList<>(CALLS);
    private final Map<String, Object> producerConfig;
    private final double perSecond;
    private final Thread sender = new Thread(this::send, "load");
    private volatile boolean closed;

    Load(Topics topics, BenchSettings settings, Map<String, Object> producerConfig, double perSecond) {
        this.producerConfig = producerConfig;
        this.perSecond = perSecond;
        Workload workload = new Workload(settings, Instant.now());
        Serializer<ModelMetrics> serializer = topics.usage().value().serializer();
        for (int i = 0; i < CALLS; i++) {
            ModelMetrics call = workload.next();
            calls.add(new ProducerRecord<>(
                    Topics.USAGE.name(),
                    Topics.canonicalKey(call).getBytes(StandardCharsets.UTF_8),
                    serializer.serialize(Topics.USAGE.name(), call)));
        }
    }

    void start() {
        sender.start();
    }

    private void send() {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer())) {
            long began = System.nanoTime();
            for (long sent = 0; !closed; ) {
                long due = (long) ((System.nanoTime() - began) / 1e9 * perSecond);
                for (; sent < due && !closed; sent++) {
                    ProducerRecord<byte[], byte[]> call = calls.get((int) (sent % CALLS));
                    byte[] pass = "%08x".formatted(sent / CALLS + 1).getBytes(StandardCharsets.US_ASCII);
                    byte[] value = call.value().clone();
                    System.arraycopy(pass, 0, value, ID_OFFSET, pass.length);
                    producer.send(new ProducerRecord<>(call.topic(), call.key(), value));
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
