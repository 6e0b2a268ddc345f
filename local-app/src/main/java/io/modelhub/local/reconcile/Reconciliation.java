package io.modelhub.local.reconcile;

import io.modelhub.local.topic.CaughtUp;
import io.modelhub.local.usage.Acceptance;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.PlatformLog;
import io.modelhub.local.usage.Span;
import io.modelhub.local.usage.TemporaryFolder;
import io.modelhub.local.usage.UsagePlace;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the log and the results of a running platform and compares them. */
public final class Reconciliation {

    private final ReconciliationSettings settings;

    public Reconciliation(ReconciliationSettings settings) {
        this.settings = settings;
    }

    /** How a reconciliation ended. */
    public sealed interface Outcome {

        /** Everything was compared. */
        record Done(Reconciled reconciled) implements Outcome {}

        /** The results don't cover the log yet, so nothing was compared. */
        record NotYet(String reason) implements Outcome {}
    }

    /**
     * Waits until the results cover the log, recomputes them and names each difference.
     *
     * @throws org.apache.kafka.common.KafkaException the broker can't be reached
     * @throws io.modelhub.wire.RegistryUnavailableException the registry can't be reached
     */
    public Outcome run(Consumer<Difference> differences) throws InterruptedException {
        try (PlatformLog log = new PlatformLog(settings.bootstrapServers(), settings.registryUrl());
                CaughtUp results = new CaughtUp(settings.bootstrapServers(), log.committed(), settings.group())) {
            CaughtUp.Outcome outcome = results.await(settings.patience());
            return outcome instanceof CaughtUp.Outcome.Covered covered
                    ? new Outcome.Done(compare(log, covered.ends(), differences))
                    : new Outcome.NotYet(((CaughtUp.Outcome.Behind) outcome).reason());
        }
    }

    private Reconciled compare(PlatformLog log, Map<TopicPartition, Long> ends, Consumer<Difference> differences) {
        long began = System.nanoTime();
        AtomicLong named = new AtomicLong();
        try (TemporaryFolder folder = new TemporaryFolder("modelhub-reconcile")) {
            Recomputation recomputation = recomputation(log, ends, folder.path());
            recomputation.compare(difference -> {
                named.incrementAndGet();
                differences.accept(difference);
            });
            return new Reconciled(
                    ends,
                    recomputation.events(),
                    recomputation.accepted(),
                    recomputation.duplicates(),
                    recomputation.rejected().expected(),
                    recomputation.windows().compared(),
                    recomputation.keys().compared(),
                    recomputation.keys().replayed(),
                    recomputation.keys().eventsExpected(),
                    recomputation.keys().eventsFound(),
                    named.get(),
                    (System.nanoTime() - began) / 1e9);
        }
    }

    private Recomputation recomputation(PlatformLog log, Map<TopicPartition, Long> ends, Path folder) {
        Map<TopicPartition, Long> beginnings = log.committed().beginnings(ends.keySet());
        long size = ends.values().stream().mapToLong(Long::longValue).sum()
                - beginnings.values().stream().mapToLong(Long::longValue).sum();
        ReconciliationRules rules = new ReconciliationRules(
                settings.horizon(),
                settings.quotaClock(),
                settings.quotaThresholds(),
                settings.grains(),
                compared(log, beginnings, ends),
                settings.organization(),
                Instant.now());
        Topics topics = log.topics();
        Catalog catalog = catalog(log);
        Recomputation recomputation = new Recomputation(rules, catalog, calendars(log, catalog), folder, size);
        log.read(topics.usage(), beginnings, ends, recomputation::usage);
        log.readValues(topics.usageCorrections(), recomputation::correct);
        readResults(log, recomputation);
        log.readValues(
                topics.usageRejected(),
                rejected -> UsagePlace.of(rejected.required())
                        .filter(place -> isBetween(beginnings, ends, place))
                        .ifPresent(place -> recomputation
                                .rejected()
                                .found(rejected.required(), place.partition(), place.offset())));
        return recomputation;
    }

    private void readResults(PlatformLog log, Recomputation recomputation) {
        Topics topics = log.topics();
        for (Grain grain : settings.grains()) {
            // All grains have the same types.
            Topic<UsageWindowKey, UsageWindow> windows = topics.usage1d();
            log.committed().read(grain.topic(), record -> {
                UsageWindowKey key = key(windows, record);
                recomputation
                        .windows()
                        .found(
                                grain,
                                key.getOrganization(),
                                key.getModel(),
                                key.getWindowStart(),
                                PlatformLog.placed(windows, record));
            });
        }
        Topic<KeyUsageDayKey, KeyUsageDay> keyDays = topics.keyUsage1d();
        log.committed().read(keyDays.name(), record -> {
            KeyUsageDayKey key = key(keyDays, record);
            recomputation.keyDays().found(key.getApiKey(), key.getWindowStart(), PlatformLog.placed(keyDays, record));
        });
        Topic<RuleUsageDayKey, RuleUsageDay> ruleDays = topics.ruleUsage1d();
        log.committed().read(ruleDays.name(), record -> {
            RuleUsageDayKey key = key(ruleDays, record);
            recomputation
                    .ruleDays()
                    .found(key.getRoutingRule(), key.getWindowStart(), PlatformLog.placed(ruleDays, record));
        });
        log.read(topics.quotaKeys(), recomputation.keys()::foundState);
        log.readValues(topics.quotaEvents(), recomputation.keys()::foundEvent);
    }

    private static boolean isBetween(
            Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends, UsagePlace place) {
        TopicPartition partition = new TopicPartition(Topics.USAGE.name(), place.partition());
        return place.offset() >= beginnings.getOrDefault(partition, 0L)
                && place.offset() < ends.getOrDefault(partition, 0L);
    }

    /** Windows whose first events retention has taken from the log can't be recomputed. */
    private Span compared(PlatformLog log, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        Span wanted = new Span(
                settings.from() == null ? Span.ALWAYS.start() : settings.from(),
                settings.to() == null ? Span.ALWAYS.end() : settings.to());
        Map<TopicPartition, Long> firsts = new HashMap<>();
        beginnings.forEach((partition, offset) -> {
            if (offset > 0 && offset < ends.getOrDefault(partition, 0L)) {
                firsts.put(partition, offset + 1);
            }
        });
        Span[] whole = {wanted};
        if (!firsts.isEmpty()) {
            log.committed()
                    .read(
                            beginnings,
                            firsts,
                            first -> whole[0] = whole[0].from(
                                    Instant.ofEpochMilli(first.timestamp()).plus(Acceptance.AHEAD)));
        }
        return whole[0];
    }

    private Catalog catalog(PlatformLog log) {
        Catalog catalog = log.catalog();
        return settings.zones() == ReconciliationSettings.Zones.ORGANIZATION ? catalog : catalog.inUtc();
    }

    private Calendars calendars(PlatformLog log, Catalog catalog) {
        if (settings.zones() == ReconciliationSettings.Zones.UTC) {
            return Calendars.ofUtc();
        }
        Map<String, OrganizationCalendar> found = new HashMap<>();
        log.readValues(log.topics().calendars(), record -> found.put(record.key(), record.required()));
        return Calendars.ofOrganizations(found, catalog.zones());
    }

    private static <K> K key(Topic<K, ?> topic, ConsumerRecord<byte[], byte[]> record) {
        K key = topic.key().deserializer().deserialize(record.topic(), record.key());
        if (key == null) {
            throw new IllegalStateException("a record of %s has no key".formatted(record.topic()));
        }
        return key;
    }
}
