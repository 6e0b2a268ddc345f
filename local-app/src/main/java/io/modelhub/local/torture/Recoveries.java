package io.modelhub.local.torture;

import static java.util.Objects.requireNonNull;

import io.modelhub.local.platform.Progress;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How soon limits hold again after a kill: at once a sentinel in each partition breaks its limit, and its KEY_DISABLED is waited
 * for as any reader of committed records would.
 */
final class Recoveries implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    /** What came of one kill. */
    static final class Recovery {

        private final long began = System.nanoTime();
        private final String victims;
        private final Set<String> silent;
        private boolean isDisturbed;
        private double seconds;

        private Recovery(String victims, List<String> sentinels) {
            this.victims = victims;
            this.silent = new HashSet<>(sentinels);
        }

        /** Until the limits of every partition held again. */
        double seconds() {
            return seconds;
        }
    }

    private final Topic<String, KeyQuotaEvent> events;
    private final Progress progress;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final List<Recovery> recoveries = new ArrayList<>();

    Recoveries(String bootstrapServers, Topic<String, KeyQuotaEvent> events, Progress progress) {
        this.events = events;
        this.progress = progress;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(events.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        this.thread = new Thread(this::watch, "recoveries");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    KeyQuotaEvent event =
                            requireNonNull(events.value().deserializer().deserialize(events.name(), record.value()));
                    if (event.getType() == QuotaEventType.KEY_DISABLED) {
                        heard(event.getApiKey());
                    }
                }
            }
        } catch (WakeupException e) {
            // Closed.
        }
    }

    private synchronized void heard(String apiKey) {
        for (Recovery recovery : recoveries) {
            if (recovery.silent.remove(apiKey) && recovery.silent.isEmpty()) {
                recovery.seconds = (System.nanoTime() - recovery.began) / 1e9;
                progress.say("  limits hold again %.1f s after the kill of %s%s"
                        .formatted(
                                recovery.seconds,
                                recovery.victims,
                                recovery.isDisturbed ? ", among other attacks" : ""));
                notifyAll();
            }
        }
    }

    /**
     * Begins now.
     *
     * @param victims who was killed
     * @param sentinels keys whose breach is sent next
     */
    synchronized void begin(String victims, List<String> sentinels) {
        Recovery recovery = new Recovery(victims, sentinels);
        recovery.isDisturbed = isRecovering();
        disturb();
        recoveries.add(recovery);
    }

    /** Something else happens: what is recovering now says nothing of one kill alone. */
    synchronized void disturb() {
        recoveries.stream()
                .filter(recovery -> !recovery.silent.isEmpty())
                .forEach(recovery -> recovery.isDisturbed = true);
    }

    /** Waits until the limits hold again after every kill so far; says whether they do. */
    synchronized boolean awaitAll(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (isRecovering()) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private boolean isRecovering() {
        return recoveries.stream().anyMatch(recovery -> !recovery.silent.isEmpty());
    }

    /** Seconds after each kill that nothing else disturbed. */
    synchronized List<Double> undisturbed() {
        return recoveries.stream()
                .filter(recovery -> !recovery.isDisturbed && recovery.silent.isEmpty())
                .map(Recovery::seconds)
                .sorted()
                .toList();
    }

    /** Seconds after each other kill: another attack came before the limits held again, or another instance was not ready yet. */
    synchronized List<Double> disturbed() {
        return recoveries.stream()
                .filter(recovery -> recovery.isDisturbed && recovery.silent.isEmpty())
                .map(Recovery::seconds)
                .sorted()
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join();
        consumer.close();
    }
}
