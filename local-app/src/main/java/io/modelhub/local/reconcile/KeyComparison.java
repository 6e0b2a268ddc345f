package io.modelhub.local.reconcile;

import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What was spent with each API key, against its days, its state and its events. */
final class KeyComparison {

    private static final String DAYS = Topics.KEY_USAGE_1D.name();

    private final ReconciliationRules rules;
    private final Catalog catalog;
    private final Buckets<ModelMetrics> counted;
    private final Buckets<UsageCorrection> corrections;
    private final Buckets<KeyUsageDay> foundDays;
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
        this.foundDays = new Buckets<>(KeyUsageDay.class, folder, "found-key-days", buckets);
        this.foundStates = new Buckets<>(KeyQuotaState.class, folder, "found-key-states", buckets);
        this.foundEvents = new Buckets<>(KeyQuotaEvent.class, folder, "found-quota-events", buckets);
    }

    /** @param call with the cost that it counts with; calls without a key pass by */
    void count(Placed<ModelMetrics> call) {
        String apiKey = call.required().getApiKey();
        if (apiKey != null) {
            counted.add(apiKey, call.withKey(apiKey));
        }
    }

    /** A record of {@code modelhub.usage.corrections}. */
    void correct(Placed<UsageCorrection> record) {
        String apiKey = record.required().getApiKey();
        if (apiKey != null) {
            corrections.add(apiKey, record.withKey(apiKey));
        }
    }

    /** A record of {@code modelhub.analytics.key-usage-1d}. */
    void foundDay(String apiKey, Instant start, Placed<KeyUsageDay> record) {
        foundDays.add(apiKey, record.withKey(dayKey(apiKey, start)));
    }

    private static String dayKey(String apiKey, Instant start) {
        return apiKey + " " + start;
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
        List.of(counted, corrections, foundDays, foundStates, foundEvents).forEach(Buckets::close);
        for (int bucket = 0; bucket < counted.count(); bucket++) {
            compare(bucket, differences);
        }
    }

    private void compare(int bucket, Consumer<Difference> differences) {
        Map<String, KeySpend> spends = new TreeMap<>();
        Map<String, KeyDay> days = new TreeMap<>();
        counted.read(bucket, call -> {
            spends.computeIfAbsent(call.key(), key -> new KeySpend()).add(call);
            Span span = dayOf(call.key(), call.required().getTimestamp());
            days.computeIfAbsent(dayKey(call.key(), span.start()), key -> new KeyDay(call.key(), span, new UsageSums()))
                    .sums
                    .add(call.required());
        });
        Set<String> applied = new HashSet<>();
        corrections.read(bucket, record -> {
            KeySpend spend = spends.get(record.key());
            UsageCorrection correction = record.required();
            if (spend != null && applied.add(correction.getId())) {
                spend.add(correction);
                Span span = dayOf(record.key(), correction.getRangeStart());
                KeyDay day = days.get(dayKey(record.key(), span.start()));
                if (day != null && span.holds(KeySpend.correctedSpan(correction))) {
                    day.sums.add(correction);
                }
            }
        });
        compareDays(days, foundDays.latest(bucket), differences);
        compareQuotas(spends, bucket, differences);
    }

    private Span dayOf(String apiKey, Instant time) {
        return Grain.DAY.containing(time, catalog.zoneOfKey(apiKey));
    }

    private void compareDays(
            Map<String, KeyDay> expected, Map<String, KeyUsageDay> found, Consumer<Difference> differences) {
        expected.forEach((key, day) -> {
            KeyUsageDay there = found.remove(key);
            String organization = catalog.ownerOf(day.apiKey);
            if (!rules.isAbout(organization) || !rules.compared().holds(day.span)) {
                return;
            }
            if (there == null) {
                differences.accept(Difference.missing(DAYS, key, day.sums.toString()));
            } else {
                day.sums.inKeyDay(day.span, organization).compare(DAYS, key, there, differences);
            }
        });
        new TreeMap<>(found).forEach((key, day) -> {
            if (rules.isAbout(day.getOrganization())
                    && rules.compared().holds(new Span(day.getWindowStart(), day.getWindowEnd()))) {
                differences.accept(Difference.extra(DAYS, key, UsageSums.text(day.getRequests(), day.getCost())));
            }
        });
    }

    private void compareQuotas(Map<String, KeySpend> spends, int bucket, Consumer<Difference> differences) {
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
                KeyCheck check =
                        new KeyCheck(apiKey, spends.getOrDefault(apiKey, new KeySpend()), catalog, rules, differences);
                check.state(states.get(apiKey));
                check.events(events.getOrDefault(apiKey, List.of()), states.get(apiKey));
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

    private record KeyDay(String apiKey, Span span, UsageSums sums) {}
}
