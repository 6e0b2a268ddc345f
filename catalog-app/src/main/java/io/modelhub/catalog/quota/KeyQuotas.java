package io.modelhub.catalog.quota;

import io.modelhub.schema.KeyQuotaState;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.RegistryUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What the aggregator last said of each API key's spending: the compacted topic {@code modelhub.quota.keys}, read from its
 * beginning into memory at each start and followed from there, committed records only. It is shown, and never written back.
 */
@Component
public class KeyQuotas implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KeyQuotas.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Map<String, KeyQuotaState> states = new ConcurrentHashMap<>();
    private final Map<String, Object> consumerConfig;
    private final Topic<String, KeyQuotaState> topic;

    private volatile @Nullable Thread thread;
    private volatile @Nullable KafkaConsumer<String, byte[]> following;

    KeyQuotas(KafkaProperties kafka, Topics topics) {
        this.topic = topics.quotaKeys();
        this.consumerConfig = new HashMap<>(kafka.buildConsumerProperties());
        consumerConfig.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                IsolationLevel.READ_COMMITTED.name().toLowerCase(Locale.ROOT));
        consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    /** Null: the aggregator has said nothing of the key yet. */
    public @Nullable KeyQuotaState of(String apiKey) {
        return states.get(apiKey);
    }

    @Override
    public void start() {
        Thread worker = new Thread(this::run, "key-quotas");
        worker.setDaemon(true);
        thread = worker;
        worker.start();
    }

    private void run() {
        while (isRunning()) {
            try (KafkaConsumer<String, byte[]> consumer =
                    new KafkaConsumer<>(consumerConfig, new StringDeserializer(), new ByteArrayDeserializer())) {
                following = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                // Stopping: the loop ends.
            } catch (KafkaException e) {
                LOG.warn("{} can't be followed, starting over: {}", topic, e.getMessage());
                pause();
            } finally {
                following = null;
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (isRunning()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                accept(record);
            }
        }
    }

    /** Waits until the topic is there. */
    private List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
        while (isRunning()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                return partitions;
            }
            pause();
        }
        return List.of();
    }

    /** A record that can't be read is passed over; while the registry is away, it is tried again. */
    private void accept(ConsumerRecord<String, byte[]> record) {
        while (isRunning()) {
            try {
                KeyQuotaState state = topic.value().deserializer().deserialize(record.topic(), record.value());
                if (state == null) {
                    states.remove(record.key());
                } else {
                    states.put(record.key(), state);
                }
                return;
            } catch (RegistryUnavailableException e) {
                LOG.warn("{} waits for the schema registry: {}", topic, e.getMessage());
                pause();
            } catch (MalformedRecordException e) {
                LOG.warn(
                        "passing over offset {} of {}-{}: {}",
                        record.offset(),
                        record.topic(),
                        record.partition(),
                        e.getMessage());
                return;
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            // Only stop() interrupts, after it has ended the loop's condition.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        Thread worker = thread;
        thread = null;
        KafkaConsumer<String, byte[]> consumer = following;
        if (consumer != null) {
            consumer.wakeup();
        }
        if (worker != null) {
            try {
                worker.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
