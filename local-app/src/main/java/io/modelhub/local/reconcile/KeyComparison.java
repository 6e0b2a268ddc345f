package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Buckets;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Placed;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** What was spent with each API key, against its state and its events. */
final class KeyComparison {

    private final ReconciliationRules rules;
    private final Catalog catalog;
    private final Buckets<ModelMetrics> counted;
    private final Buckets<UsageCorrection> corrections;
    private final Buckets<KeyQuotaState> foundStates;
    private final Buckets<KeyQuotaEvent> foundEvents;

    private long compared;
    private long eventsFound;
    private long eventsExpected;
    private long replayed;

    KeyComparison(ReconciliationRules rules, Catalog catalog, Path folder, int buckets) {
        this.rules = rules;
        this.catalog = catalog;
        this.counted = new Buckets<>(ModelMetrics.class, folder, "counted-by-key", buckets);
        this.corrections = new Buckets<>(UsageCorrection.class, folder, "corrections-by-key", buckets);
        this.foundStates = new Buckets<>(KeyQuotaState.class, folder, "found-key-states", buckets);
        this.foundEvents = new Buckets<>(KeyQuotaEvent.class, folder, "found-quota-events", buckets);
    }

    /**
     * @param canonicalKey of the call, as it was sent
     * @param call with the cost that it counts with
     */
    void count(String apiKey, String canonicalKey, Placed<ModelMetrics> call) {
        counted.add(apiKey, call.withKey(apiKey).inPartition(route(canonicalKey, call.partition())));
    }

    /**
     * How a call comes to its key's home: from its partition, and where that is not the home of its canonical key, by way of
     * that. Calls of one route stay in their order.
     */
    private static int route(String canonicalKey, int partition) {
        if (partition == Placed.SEVERAL) {
            return Placed.SEVERAL;
        }
        int home = BuiltInPartitioner.partitionForKey(canonicalKey.getBytes(StandardCharsets.UTF_8), Topics.PARTITIONS);
        return partition * Topics.PARTITIONS + home;
    }

    void correct(String apiKey, Placed<UsageCorrection> correction) {
        corrections.add(apiKey, correction.withKey(apiKey));
    }

    /** A record of {@code modelhub.quota.keys}. */
    void foundState(Placed<KeyQuotaState> record) {
        foundStates.add(record.key(), record);
    }

    /** A record of {@code modelhub.quota.events}; those of a key come in their order. */
    void foundEvent(Placed<KeyQuotaEvent> record) {
        foundEvents.add(record.key(), record);
    }

    void compare(Consumer<Difference> differences) {
        List.of(counted, corrections, foundStates, foundEvents).forEach(Buckets::close);
        for (int bucket = 0; bucket < counted.count(); bucket++) {
            compare(bucket, differences);
        }
    }

    private void compare(int bucket, Consumer<Difference> differences) {
        Map<String, KeySpend> spends = new TreeMap<>();
        counted.read(
                bucket,
                call -> spends.computeIfAbsent(call.key(), key -> new KeySpend())
                        .add(call.partition(), call));
        Set<String> applied = new HashSet<>();
        corrections.read(bucket, record -> {
            KeySpend spend = spends.get(record.key());
            if (spend != null && applied.add(record.required().getId())) {
                spend.add(record.required());
            }
        });
        Map<String, KeyQuotaState> states = foundStates.latest(bucket);
        Map<String, List<KeyQuotaEvent>> events = new HashMap<>();
        foundEvents.read(
                bucket,
                event -> events.computeIfAbsent(event.key(), key -> new ArrayList<>())
                        .add(event.required()));
        Set<String> keys = new TreeSet<>(spends.keySet());
        keys.addAll(states.keySet());
        keys.addAll(events.keySet());
        for (String apiKey : keys) {
            if (rules.isAbout(catalog.ownerOf(apiKey))) {
                compared++;
                KeyCheck check = new KeyCheck(
                        apiKey,
                        spends.getOrDefault(apiKey, new KeySpend()),
                        states.get(apiKey),
                        catalog,
                        rules,
                        differences);
                check.state();
                check.events(events.getOrDefault(apiKey, List.of()));
                eventsFound += check.eventsFound();
                eventsExpected += check.eventsExpected();
                replayed += check.isReplayed() ? 1 : 0;
            }
        }
    }

    /** Keys that were used, or of which something was found. */
    long compared() {
        return compared;
    }

    /** Those of them whose every event is known from the order of their calls. */
    long replayed() {
        return replayed;
    }

    /** Events that disable or enable a key. */
    long eventsFound() {
        return eventsFound;
    }

    /** How many of those there should be. */
    long eventsExpected() {
        return eventsExpected;
    }
}
