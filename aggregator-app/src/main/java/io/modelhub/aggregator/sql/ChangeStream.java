package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.Change;
import io.modelhub.aggregator.changes.ChangeLog;
import io.modelhub.aggregator.changes.Reading;
import io.modelhub.aggregator.changes.TopicPosition;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.PatientDeserializer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of one table. Those to come are read once, by one thread while somebody listens, and each record is decoded once; each
 * distinct question is asked of it once, whoever sent it. For any thread.
 *
 * @param <V> the records of its topic
 */
final class ChangeStream<V> {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);

    private static final Duration POLL = Duration.ofMillis(500);

    /** How often those who got nothing are told how far the topic was read. */
    private static final Duration PROGRESS = Duration.ofSeconds(2);

    /** Between two deliveries: a hundred readers are woken up that much less often under load. */
    private static final Duration PACE = Duration.ofMillis(4);

    private final String table;
    private final Changes<V> changes;
    private final Topic<?, V> topic;
    private final Deserializer<V> deserializer;
    private final ChangeLog log;
    private final Yielding yielding;
    private final Clock clock;

    private final Map<ChangeQuestion, Channel> channels = new HashMap<>();

    /** Those that ask for some subjects only, by each of them. */
    private final Map<String, Set<Channel>> bySubject = new HashMap<>();

    private final Set<Channel> ofAll = new LinkedHashSet<>();
    private @Nullable Tail tail;

    /** @param log the topic's */
    ChangeStream(String table, Changes<V> changes, Topic<?, V> topic, ChangeLog log, Yielding yielding, Clock clock) {
        this.table = table;
        this.changes = changes;
        this.topic = topic;
        this.deserializer = new PatientDeserializer<>(topic.value().deserializer());
        this.log = log;
        this.yielding = yielding;
        this.clock = clock;
    }

    ChangeLog log() {
        return log;
    }

    Yielding yielding() {
        return yielding;
    }

    /** Those that listen with the same question. */
    private static final class Channel {
        private final ChangeQuestion question;
        private final ChangeQuestion.Asked asked;
        private final Set<Subscription> subscriptions = new LinkedHashSet<>();
        private List<Change> passed = new ArrayList<>();

        Channel(ChangeQuestion question, Clock clock) {
            this.question = question;
            this.asked = question.asked(clock);
        }
    }

    /** A question, to be asked by another thread. */
    ChangeQuestion.Asked asked(ChangeQuestion question) {
        return question.asked(clock);
    }

    /** Where the first change stands that the subscription gets; somebody must {@link #leave}. */
    synchronized TopicPosition join(ChangeQuestion question, Subscription subscription) {
        Tail running = tail;
        if (running == null) {
            running = new Tail(log.readNew());
            tail = running;
            running.start();
        }
        Channel channel = channels.get(question);
        if (channel == null) {
            channel = new Channel(question, clock);
            channels.put(question, channel);
            index(channel);
        }
        channel.subscriptions.add(subscription);
        return running.position;
    }

    synchronized void leave(ChangeQuestion question, Subscription subscription) {
        Channel channel = channels.get(question);
        if (channel == null || !channel.subscriptions.remove(subscription)) {
            return;
        }
        if (channel.subscriptions.isEmpty()) {
            channels.remove(question);
            ofAll.remove(channel);
            bySubject.values().removeIf(asking -> asking.remove(channel) && asking.isEmpty());
        }
        if (channels.isEmpty()) {
            tail = null; // Its thread ends by itself.
        }
    }

    private void index(Channel channel) {
        channel.question
                .subjects()
                .ifPresentOrElse(
                        subjects -> subjects.forEach(subject -> bySubject
                                .computeIfAbsent(subject, ignored -> new LinkedHashSet<>())
                                .add(channel)),
                        () -> ofAll.add(channel));
    }

    /** Rows of records; one that can't be read is logged and left out. */
    List<ChangedRow> rows(List<ConsumerRecord<byte[], byte[]>> records) {
        List<ChangedRow> rows = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                V value = deserializer.deserialize(topic.name(), record.value());
                if (value != null) {
                    rows.add(new ChangedRow(
                            record.partition(),
                            record.offset(),
                            changes.row(value),
                            changes.isFinal().test(value)));
                }
            } catch (MalformedRecordException e) {
                LOG.error(
                        "{}-{} has a record at {} that can't be read; it is left out",
                        topic,
                        record.partition(),
                        record.offset(),
                        e);
            }
        }
        return rows;
    }

    private final class Tail implements Runnable {

        private final Reading reading;

        /** Of what was delivered; guarded by the stream. */
        private TopicPosition position;

        private long toldAt = System.nanoTime();

        Tail(Reading reading) {
            this.reading = reading;
            this.position = reading.position();
        }

        void start() {
            Thread thread = new Thread(this, "changes-of-" + table);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            Yielding.Turn turn = yielding.turn();
            try (reading) {
                while (isWanted()) {
                    List<ConsumerRecord<byte[], byte[]>> records = reading.next(POLL);
                    deliver(rows(records), reading.position());
                    if (!records.isEmpty()) {
                        Thread.sleep(PACE.toMillis());
                    }
                    turn.note();
                    turn.rest(this::isWanted);
                }
            } catch (RuntimeException e) {
                LOG.warn("Changes of {} can't be read on; those who listen are told", table, e);
                endAll("changes can't be read now: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                endAll("the aggregator is stopping");
            } finally {
                endAll("changes can't be read now"); // Nobody waits for a thread that an error ended.
            }
        }

        private boolean isWanted() {
            synchronized (ChangeStream.this) {
                return tail == this;
            }
        }

        private void deliver(List<ChangedRow> rows, TopicPosition read) {
            synchronized (ChangeStream.this) {
                if (tail != this) {
                    return;
                }
                Set<Channel> told = new HashSet<>();
                for (ChangedRow row : rows) {
                    Set<Channel> asking = bySubject.get(String.valueOf(row.values()[0]));
                    if (asking != null) {
                        asking.forEach(channel -> ask(channel, row, told));
                    }
                    ofAll.forEach(channel -> ask(channel, row, told));
                }
                position = read;
                if (System.nanoTime() - toldAt > PROGRESS.toNanos()) {
                    toldAt = System.nanoTime();
                    told.addAll(channels.values());
                }
                told.forEach(channel -> {
                    Subscription.Batch batch = new Subscription.Batch(channel.passed, read);
                    channel.passed = new ArrayList<>();
                    channel.subscriptions.forEach(subscription -> subscription.put(batch));
                });
            }
        }

        private void ask(Channel channel, ChangedRow row, Set<Channel> told) {
            try {
                Change passed = channel.asked.of(row);
                if (passed != null) {
                    channel.passed.add(passed);
                    told.add(channel);
                }
            } catch (RuntimeException e) {
                StatementException reason = SqlEngine.refusal(e);
                channel.subscriptions.forEach(subscription -> subscription.endWith(reason));
            }
        }

        private void endAll(String why) {
            synchronized (ChangeStream.this) {
                if (tail == this) {
                    tail = null;
                    StatementException reason = new StatementException(StatementException.Code.NOT_READY, why);
                    channels.values().forEach(channel -> channel.subscriptions.forEach(one -> one.endWith(reason)));
                }
            }
        }
    }
}
