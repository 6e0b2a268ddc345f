package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Acceptance;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.EventsOnce;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Rating;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.nio.file.Path;
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
    private final EventsOnce accepted;
    private final WindowComparison windows;
    private final KeyComparison keys;
    private final DayComparison<KeyUsageDay> keyDays;
    private final DayComparison<RuleUsageDay> ruleDays;
    private final RejectedComparison rejected = new RejectedComparison();

    private long events;
    private long overflowing;

    /**
     * @param folder for temporary files; the caller deletes it
     * @param size about how many events will come
     */
    Recomputation(ReconciliationRules rules, Catalog catalog, Calendars calendars, Path folder, long size) {
        int buckets = (int) Math.min(MOST_BUCKETS, 1 + size / EVENTS_IN_MEMORY);
        this.catalog = catalog;
        this.rules = rules;
        this.acceptance = new Acceptance(rules.horizon());
        this.accepted = new EventsOnce(folder, buckets);
        this.windows = new WindowComparison(rules, calendars, folder, buckets);
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
            accepted.add(record);
        }
    }

    /** A record of {@code modelhub.usage.corrections}. */
    void correct(Placed<UsageCorrection> correction) {
        windows.correct(correction);
        String apiKey = correction.required().getApiKey();
        if (apiKey != null) {
            keyDays.correct(apiKey, correction);
            keys.correct(apiKey, correction);
        }
        String routingRule = correction.required().getRoutingRule();
        if (routingRule != null) {
            ruleDays.correct(routingRule, correction);
        }
    }

    /** Compares everything, once all records were given. */
    void compare(Consumer<Difference> differences) {
        accepted.read(
                (event, inSeveralPartitions) -> count(inSeveralPartitions ? event.inSeveralPartitions() : event),
                this::repeat);
        windows.compare(differences);
        keyDays.compare(differences);
        ruleDays.compare(differences);
        keys.compare(differences);
        rejected.compare(differences);
    }

    private void repeat(Placed<ModelMetrics> event) {
        ModelMetrics usage = event.required();
        String organization = catalog.organizationOf(event);
        if (rules.isAbout(organization)) {
            windows.repeat(event.withValue(
                    ModelMetrics.newBuilder(usage).setOrganization(organization).build()));
        }
    }

    private void count(Placed<ModelMetrics> event) {
        ModelMetrics usage = event.required();
        BigDecimal cost =
                Rating.cost(usage, event.appendTime(), catalog.models().get(usage.getModel()));
        if (cost != null && cost.compareTo(Rating.MOST) > 0) {
            overflowing++;
            rejected.expect(event, "cost_overflow");
            return;
        }
        String organization = catalog.organizationOf(event);
        String apiKey = usage.getApiKey();
        boolean isAboutIt = rules.isAbout(organization);
        // Those from before it was the owner's, too.
        boolean isAboutItsKey = apiKey != null && rules.isAbout(catalog.ownerOf(apiKey));
        if (!isAboutIt && !isAboutItsKey) {
            return;
        }
        Placed<ModelMetrics> counted = event.withValue(ModelMetrics.newBuilder(usage)
                .setCost(cost)
                .setOrganization(organization)
                .build());
        if (isAboutIt) {
            windows.count(counted);
        }
        if (apiKey != null && isAboutItsKey) {
            keyDays.count(apiKey, counted);
            keys.count(apiKey, Topics.canonicalKey(usage), counted);
        }
        String rule = usage.getRoutingRule();
        if (rule != null && rules.organization() == null) {
            ruleDays.count(rule, counted);
        }
    }

    long events() {
        return events;
    }

    /** Copies of an event included. */
    long accepted() {
        return accepted.records() - overflowing;
    }

    long duplicates() {
        return accepted.duplicates();
    }

    private final class Keys implements DayComparison.Subjects {

        @Override
        public String topic() {
            return Topics.KEY_USAGE_1D.name();
        }

        @Override
        public boolean isCompared(String apiKey) {
            return rules.isAbout(catalog.ownerOf(apiKey));
        }

        @Override
        public ExpectedRecord described(String apiKey, ExpectedRecord figures) {
            ExpectedRecord described = figures.with("api_key", apiKey);
            // A day says whose the key was when it was published last, which nothing tells.
            return catalog.hasLeft(apiKey) ? described : described.with("organization", catalog.ownerOf(apiKey));
        }
    }

    /** They serve every organization, so their days are not compared where one organization is asked for. */
    private final class Rules implements DayComparison.Subjects {

        @Override
        public String topic() {
            return Topics.RULE_USAGE_1D.name();
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
