package io.modelhub.catalog.mirror;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.command.Command;
import io.modelhub.catalog.command.Report;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.catalog.outbox.OutboxRelay;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/**
 * Publishes every entity of the database once more, and a tombstone for each key of a topic that the database doesn't have.
 * It goes through the outbox like every change, in turn with those that are made meanwhile, so that no older state overtakes a
 * newer one. What is stopped halfway has published a part, which is right by itself.
 */
@Component
public final class Republish implements Command {

    /** The relay moves thousands of records a second; when none is gone after so long, something is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final List<Mirrored<?>> entities;
    private final DatabaseState database;
    private final TopicState topics;
    private final Changes changes;
    private final OutboxRelay relay;
    private final Map<String, Object> adminConfig;

    Republish(
            List<Mirrored<?>> entities,
            DatabaseState database,
            TopicState topics,
            Changes changes,
            OutboxRelay relay,
            KafkaProperties kafka) {
        this.entities = entities;
        this.database = database;
        this.topics = topics;
        this.changes = changes;
        this.relay = relay;
        this.adminConfig = kafka.buildAdminProperties();
    }

    /** What became of a topic. */
    record Republished(int published, int retracted) {}

    /**
     * What was published.
     *
     * @param waitingRecords those that are still on their way, as the broker or the registry is away
     */
    record AllRepublished(Map<String, Republished> topics, long waitingRecords) implements Report {

        @Override
        public boolean good() {
            return waitingRecords == 0;
        }

        @Override
        public List<String> sentences() {
            List<String> sentences = new ArrayList<>();
            topics.forEach((topic, done) -> sentences.add(
                    "%s: %d published, %d retracted".formatted(topic, done.published(), done.retracted())));
            sentences.add(
                    good()
                            ? "The topics say what the database says."
                            : "%d records wait in the outbox and are relayed once the broker and the registry answer."
                                    .formatted(waitingRecords));
            return sentences;
        }
    }

    @Override
    public Report run() throws InterruptedException {
        try (Admin admin = Admin.create(adminConfig)) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
        Map<String, Republished> done = new LinkedHashMap<>();
        entities.forEach(entity -> done.put(entity.topic().name(), republish(entity)));
        relay.start();
        try {
            return new AllRepublished(done, waitingAfterRelay());
        } finally {
            relay.stop();
        }
    }

    /** The relay of this process carries them, or that of an instance that serves. */
    private long waitingAfterRelay() throws InterruptedException {
        long last = database.lastSequence();
        long waiting = database.waitingRecords(last);
        long progress = System.nanoTime();
        while (waiting > 0 && System.nanoTime() - progress < PATIENCE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            long left = database.waitingRecords(last);
            if (left < waiting) {
                progress = System.nanoTime();
            }
            waiting = left;
        }
        return waiting;
    }

    private <V extends SpecificRecord> Republished republish(Mirrored<V> entity) {
        Set<String> onTopic = topics.keys(entity.topic());
        int published = 0;
        for (List<String> batch : DatabaseState.batches(database.keys(entity))) {
            published += inTurn(change -> {
                Map<String, V> states = entity.states(batch);
                states.forEach((key, state) -> change.publishAgain(entity.topic(), key, state));
                return states.size();
            });
        }
        int retracted = inTurn(change -> {
            Set<String> gone = new TreeSet<>(onTopic);
            database.keys(entity).forEach(gone::remove);
            gone.forEach(key -> change.publishAgain(entity.topic(), key, null));
            return gone.size();
        });
        return new Republished(published, retracted);
    }

    /** The work reads and publishes and says of how many. */
    private int inTurn(ToIntFunction<Change> work) {
        Outcome<Integer> outcome = changes.commitInTurn(change -> Outcome.done(work.applyAsInt(change)));
        return ((Outcome.Done<Integer>) outcome).value();
    }
}
