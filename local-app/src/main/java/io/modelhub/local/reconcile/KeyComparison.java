package io.modelhub.local.reconcile;

import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
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

    KeyComparison(ReconciliationRules rules, Catalog catalog, Path folder, int buckets) {
        this.rules = rules;
        this.catalog = catalog;
        this.counted = new Buckets<>(ModelMetrics.class, folder, "counted-by-key", buckets);
        this.corrections = new Buckets<>(UsageCorrection.class, folder, "corrections-by-key", buckets);
        this.foundStates = new Buckets<>(KeyQuotaState.class, folder, "found-key-states", buckets);
        this.foundEvents = new Buckets<>(KeyQuotaEvent.class, folder, "found-quota-events", buckets);
    }

    /** @param call with the cost that it counts with */
    void count(String apiKey, Placed<ModelMetrics> call) {
        counted.add(apiKey, call.withKey(apiKey));
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
                        .add(call));
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
            }
        }
    }

    /** Keys that were used, or of which something was found. */
    long compared() {
        return compared;
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
