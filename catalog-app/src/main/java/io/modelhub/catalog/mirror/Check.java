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
 * one and on its way to the other: so what differs is looked at again when the writes of the first look have left the outbox, and
 * only entities whose states are then what they were, on both sides, are reported. One that was written meanwhile is on its way
 * again, and says nothing: not even where it differs in the same way, as one does that is created and deleted over and over.
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

    /** What one look found: how many entities by topic, and those that differ. */
    private record Look(Map<String, Integer> compared, List<Unequal> unequal) {}

    /**
     * An entity that differs.
     *
     * @param states what both sides say of it, as text: Avro can't compare decimals in a list
     */
    private record Unequal(String states, List<Difference> differences) {}

    @Override
    public Report run() throws InterruptedException {
        Look first = look();
        if (first.unequal().isEmpty()) {
            return report(first, List.of());
        }
        long lastOfFirst = database.lastSequence();
        long deadline = System.nanoTime() + DRAIN.toNanos();
        do {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } while (database.waitingRecords(lastOfFirst) > 0 && System.nanoTime() < deadline);
        Look second = look();
        List<Unequal> lasting = new ArrayList<>(second.unequal());
        lasting.retainAll(Set.copyOf(first.unequal()));
        return report(second, lasting);
    }

    private Compared report(Look look, List<Unequal> lasting) {
        List<Difference> differences = lasting.stream()
                .flatMap(entity -> entity.differences().stream())
                .toList();
        return new Compared(look.compared(), database.waitingRecords(), differences);
    }

    private Look look() {
        Map<String, Integer> compared = new LinkedHashMap<>();
        List<Unequal> unequal = new ArrayList<>();
        entities.forEach(entity -> compared.put(entity.topic().name(), compare(entity, unequal)));
        return new Look(compared, unequal);
    }

    private <V extends SpecificRecord> int compare(Mirrored<V> entity, List<Unequal> unequal) {
        Map<String, V> inDatabase = database.of(entity);
        Map<String, V> onTopic = topics.of(entity.topic());
        Set<String> keys = new TreeSet<>(inDatabase.keySet());
        keys.addAll(onTopic.keySet());
        String topic = entity.topic().name();
        keys.forEach(key -> {
            V stored = inDatabase.get(key);
            V published = onTopic.get(key);
            List<Difference> differences = Difference.between(topic, key, stored, published);
            if (!differences.isEmpty()) {
                unequal.add(new Unequal(stored + " " + published, differences));
            }
        });
        return keys.size();
    }
}
