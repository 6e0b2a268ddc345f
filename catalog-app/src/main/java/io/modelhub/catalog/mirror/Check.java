package io.modelhub.catalog.mirror;

import io.modelhub.catalog.command.Command;
import io.modelhub.catalog.command.Report;
import io.modelhub.catalog.outbox.Mirrored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.stereotype.Component;

/**
 * Compares the database with the topics, entity by entity and field by field. While the catalog serves, a write may be in the
 * one and on its way to the other: so what differs is looked at again when the outbox has had time to drain, and only what
 * differs in the same way both times is reported.
 */
@Component
public final class Check implements Command {

    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final List<Mirrored<?>> entities;
    private final DatabaseState database;
    private final TopicState topics;

    Check(List<Mirrored<?>> entities, DatabaseState database, TopicState topics) {
        this.entities = entities;
        this.database = database;
        this.topics = topics;
    }

    /**
     * What the check found.
     *
     * @param compared entities by topic
     * @param waitingRecords committed, and not yet on their topics at the end
     */
    record Compared(Map<String, Integer> compared, long waitingRecords, List<Difference> differences)
            implements Report {

        @Override
        public boolean good() {
            return differences.isEmpty();
        }

        @Override
        public List<String> sentences() {
            Stream<String> counts = compared.entrySet().stream()
                    .map(topic -> "%s: %d compared".formatted(topic.getKey(), topic.getValue()));
            String verdict = differences.isEmpty()
                    ? "The database and the topics are equal."
                    : "The database and the topics differ in %d places; %d records wait to be published."
                            .formatted(differences.size(), waitingRecords);
            return Stream.of(differences.stream().map(Difference::sentence), counts, Stream.of(verdict))
                    .flatMap(lines -> lines)
                    .toList();
        }
    }

    @Override
    public Report run() throws InterruptedException {
        Compared first = look();
        if (first.good()) {
            return first;
        }
        long deadline = System.nanoTime() + DRAIN.toNanos();
        do {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } while (database.waitingRecords() > 0 && System.nanoTime() < deadline);
        Compared second = look();
        List<Difference> lasting = new ArrayList<>(second.differences());
        lasting.retainAll(Set.copyOf(first.differences()));
        return new Compared(second.compared(), database.waitingRecords(), lasting);
    }

    private Compared look() {
        Map<String, Integer> compared = new LinkedHashMap<>();
        List<Difference> differences = new ArrayList<>();
        entities.forEach(entity -> compared.put(entity.topic().name(), compare(entity, differences)));
        return new Compared(compared, database.waitingRecords(), differences);
    }

    private <V extends SpecificRecord> int compare(Mirrored<V> entity, List<Difference> differences) {
        Map<String, V> inDatabase = database.of(entity);
        Map<String, V> onTopic = topics.of(entity.topic());
        Set<String> keys = new TreeSet<>(inDatabase.keySet());
        keys.addAll(onTopic.keySet());
        String topic = entity.topic().name();
        keys.forEach(key -> differences.addAll(Difference.between(topic, key, inDatabase.get(key), onTopic.get(key))));
        return keys.size();
    }
}
