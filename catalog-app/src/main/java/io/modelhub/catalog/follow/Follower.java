package io.modelhub.catalog.follow;

import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one topic in a thread of its own, until it is told to stop. */
final class Follower<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Map<String, Object> consumerConfig;
    private final Topic<K, V> topic;
    private final @Nullable Duration lookBack;
    private final TopicReader<K, V> reader;

    /** The next offset of each partition: where to go on after an outage. The thread's own. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    private final LongAdder passedOver = new LongAdder();
    private volatile State state = State.READING;
    private volatile boolean caughtUp;
    private volatile CountDownLatch stopping = new CountDownLatch(0);
    private volatile @Nullable Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    enum State {
        /** On the way to where the topic ended at the start. */
        READING,
        FOLLOWING,
        /** Something that it needs is away. */
        PAUSED
    }

    /** @param lookBack from what was appended that long before the start on; null: from the beginning */
    Follower(
            Map<String, Object> consumerConfig,
            Topic<K, V> topic,
            @Nullable Duration lookBack,
            TopicReader<K, V> reader) {
        this.consumerConfig = consumerConfig;
        this.topic = topic;
        this.lookBack = lookBack;
        this.reader = reader;
    }

    String topic() {
        return topic.name();
    }

    State state() {
        return state;
    }

    boolean hasCaughtUp() {
        return caughtUp;
    }

    long passedOver() {
        return passedOver.sum();
    }

    void start() {
        stopping = new CountDownLatch(1);
        Thread worker = new Thread(this::run, "follow-" + topic);
        worker.setDaemon(true);
        thread = worker;
        worker.start();
    }

    private void run() {
        while (!isStopping()) {
            try (KafkaConsumer<byte[], byte[]> open =
                    new KafkaConsumer<>(consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = open;
                follow(open);
            } catch (WakeupException e) {
                // Stopping: the loop ends.
            } catch (KafkaException e) {
                pause("the broker: " + e.getMessage(), null);
            } catch (RuntimeException e) {
                // A bug. Passing the record over would leave what is shown wrong for good.
                caughtUp = false;
                pause("a record can't be taken in", e);
            } finally {
                consumer = null;
            }
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> open) {
        List<TopicPartition> partitions = partitions(open);
        open.assign(partitions);
        placesToStart(open, partitions).forEach(next::putIfAbsent);
        next.forEach(open::seek);
        Map<TopicPartition, Long> ends = open.endOffsets(partitions);
        while (!isStopping()) {
            for (ConsumerRecord<byte[], byte[]> record : open.poll(POLL)) {
                read(record);
                next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
            reader.settle();
            // Past the last record there may be marks of transactions, which only the position tells.
            partitions.forEach(partition -> next.put(partition, open.position(partition)));
            caughtUp =
                    caughtUp || ends.entrySet().stream().allMatch(end -> open.position(end.getKey()) >= end.getValue());
            state = caughtUp ? State.FOLLOWING : State.READING;
        }
    }

    /** Waits until the topic is there. */
    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> open) {
        while (!isStopping()) {
            List<TopicPartition> partitions = open.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                return partitions;
            }
            pause("the topic to be created", null);
        }
        return List.of();
    }

    private Map<TopicPartition, Long> placesToStart(
            KafkaConsumer<byte[], byte[]> open, List<TopicPartition> partitions) {
        if (lookBack == null) {
            return open.beginningOffsets(partitions);
        }
        long since = Instant.now().minus(lookBack).toEpochMilli();
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found =
                open.offsetsForTimes(partitions.stream().collect(Collectors.toMap(p -> p, p -> since)));
        // Nothing was appended since then: the end.
        Map<TopicPartition, Long> places = new HashMap<>(open.endOffsets(partitions));
        found.forEach((partition, place) -> {
            if (place != null) {
                places.put(partition, place.offset());
            }
        });
        return places;
    }

    /** While the registry is away, the record is tried again. */
    private void read(ConsumerRecord<byte[], byte[]> record) {
        while (!isStopping()) {
            try {
                K key = topic.key().deserializer().deserialize(record.topic(), record.key());
                reader.read(key, topic.value().deserializer().deserialize(record.topic(), record.value()));
                return;
            } catch (RegistryUnavailableException e) {
                pause("the schema registry: " + e.getMessage(), null);
            } catch (MalformedRecordException e) {
                passedOver.increment();
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

    private void pause(String reason, @Nullable Exception bug) {
        if (state != State.PAUSED) {
            LOG.warn("{} can't be followed, waiting for {}", topic, reason, bug);
            state = State.PAUSED;
        }
        try {
            stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    void askToStop() {
        stopping.countDown();
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    void awaitStop() {
        Thread worker = thread;
        thread = null;
        if (worker != null) {
            try {
                worker.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
