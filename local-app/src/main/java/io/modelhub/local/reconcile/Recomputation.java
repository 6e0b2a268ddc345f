package io.modelhub.local.reconcile;

import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the log says that the results must be, against the results. It is given every record first, then compares once. It knows
 * no Kafka and no clock.
 *
 * <p>Memory is bounded: everything is put into files first, by what must be looked at together, and one bucket at a time is
 * computed and compared. What grows with the log is a short text for each rejected record.
 */
final class Recomputation {

    /** Events of a bucket: together with the results that they lead to, at most a few hundred MB. */
    private static final long EVENTS_IN_MEMORY = 50_000;

    /** Two files of a bucket are open at once, and a process may often open a thousand. */
    private static final long MOST_BUCKETS = 200;

    private final Catalog catalog;
    private final ReconciliationRules rules;
    private final Acceptance acceptance;
    private final Buckets<ModelMetrics> accepted;
    private final WindowComparison windows;
    private final KeyComparison keys;
    private final DayComparison<KeyUsageDay> keyDays;
    private final DayComparison<RuleUsageDay> ruleDays;
    private final RejectedComparison rejected = new RejectedComparison();

    private long events;
    private long acceptedEvents;
    private long duplicates;

    /**
     * @param folder for temporary files; the caller deletes it
     * @param size about how many events will come
     */
    Recomputation(ReconciliationRules rules, Catalog catalog, Path folder, long size) {
        int buckets = (int) Math.min(MOST_BUCKETS, 1 + size / EVENTS_IN_MEMORY);
        this.catalog = catalog;
        this.rules = rules;
        this.acceptance = new Acceptance(rules.horizon());
        this.accepted = new Buckets<>(ModelMetrics.class, folder, "accepted", buckets);
        this.windows = new WindowComparison(rules, catalog, folder, buckets);
        this.keys = new KeyComparison(rules, catalog, folder, buckets);
        this.keyDays = new DayComparison<>(new Keys(), KeyUsageDay.class, rules.compared(), folder, buckets);
        this.ruleDays = new DayComparison<>(new Rules(), RuleUsageDay.class, rules.compared(), folder, buckets);
    }

    /** Takes the found windows. */
    WindowComparison windows() {
        return windows;
    }

    /** Takes the found states and events of keys. */
    KeyComparison keys() {
        return keys;
    }

    /** Takes the found days of keys. */
    DayComparison<KeyUsageDay> keyDays() {
        return keyDays;
    }

    /** Takes the found days of routing rules. */
    DayComparison<RuleUsageDay> ruleDays() {
        return ruleDays;
    }

    /** Takes the found rejected records. */
    RejectedComparison rejected() {
        return rejected;
    }

    /** A record of {@code modelhub.usage}; those of a partition come in their order. */
    void usage(Placed<ModelMetrics> record) {
        events++;
        ModelMetrics usage = record.value();
        Optional<String> objection = acceptance.objection(usage, record.appendTime());
        if (usage == null || objection.isPresent()) {
            rejected.expect(record, objection.orElseThrow());
        } else {
            acceptedEvents++;
            String id = Topics.canonicalKey(usage) + " " + usage.getEventId();
            accepted.add(id, record.withKey(id));
        }
    }

    /** A record of {@code modelhub.usage.corrections}. It names no routing rule: their days stay as they were. */
    void correct(Placed<UsageCorrection> correction) {
        windows.correct(correction);
        String apiKey = correction.required().getApiKey();
        if (apiKey != null) {
            keyDays.correct(apiKey, correction);
            keys.correct(apiKey, correction);
        }
    }

    /** Compares everything, once all records were given. */
    void compare(Consumer<Difference> differences) {
        accepted.close();
        for (int bucket = 0; bucket < accepted.count(); bucket++) {
            countOnce(bucket);
        }
        windows.compare(differences);
        keyDays.compare(differences);
        ruleDays.compare(differences);
        keys.compare(differences);
        rejected.compare(differences);
    }

    /** Of the events with one canonical key and id the first counts: by offset, between partitions by append time. */
    private void countOnce(int bucket) {
        Map<String, Placed<ModelMetrics>> first = new LinkedHashMap<>();
        accepted.read(bucket, copy -> {
            Placed<ModelMetrics> before = first.putIfAbsent(copy.key(), copy);
            if (before != null) {
                duplicates++;
                if (before.partition() != copy.partition()) {
                    boolean earlier = copy.appendTime().isBefore(before.appendTime());
                    first.put(copy.key(), (earlier ? copy : before).inSeveralPartitions());
                }
            }
        });
        first.values().forEach(this::count);
    }

    private void count(Placed<ModelMetrics> event) {
        ModelMetrics usage = event.required();
        BigDecimal cost = Rating.cost(usage, catalog.models().get(usage.getModel()));
        if (cost != null && cost.compareTo(Rating.MOST) > 0) {
            acceptedEvents--;
            rejected.expect(event, "cost_overflow");
            return;
        }
        String organization = catalog.organizationOf(usage);
        if (rules.isAbout(organization)) {
            Placed<ModelMetrics> counted = event.withValue(ModelMetrics.newBuilder(usage)
                    .setCost(cost)
                    .setOrganization(organization)
                    .build());
            windows.count(counted);
            if (usage.getApiKey() != null) {
                keyDays.count(usage.getApiKey(), counted);
                keys.count(usage.getApiKey(), Topics.canonicalKey(usage), counted);
            }
            if (usage.getRoutingRule() != null) {
                ruleDays.count(usage.getRoutingRule(), counted);
            }
        }
    }

    long events() {
        return events;
    }

    /** Copies of an event included. */
    long accepted() {
        return acceptedEvents;
    }

    long duplicates() {
        return duplicates;
    }

    private final class Keys implements DayComparison.Subjects {

        @Override
        public String topic() {
            return Topics.KEY_USAGE_1D.name();
        }

        @Override
        public ZoneId zoneOf(String apiKey) {
            return catalog.zoneOf(catalog.ownerOf(apiKey));
        }

        @Override
        public boolean isCompared(String apiKey) {
            return rules.isAbout(catalog.ownerOf(apiKey));
        }

        @Override
        public ExpectedRecord described(String apiKey, ExpectedRecord figures) {
            return figures.with("api_key", apiKey).with("organization", catalog.ownerOf(apiKey));
        }
    }

    /** They serve every organization, so their days are UTC's and are not compared where one organization is asked for. */
    private final class Rules implements DayComparison.Subjects {

        @Override
        public String topic() {
            return Topics.RULE_USAGE_1D.name();
        }

        @Override
        public ZoneId zoneOf(String rule) {
            return catalog.zoneOf(null);
        }

        @Override
        public boolean isCompared(String rule) {
            return rules.organization() == null;
        }

        @Override
        public ExpectedRecord described(String rule, ExpectedRecord figures) {
            return figures.with("routing_rule", rule);
        }
    }
}
