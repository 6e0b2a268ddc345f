package io.modelhub.local.reconcile;

import io.modelhub.local.topic.CaughtUp;
import io.modelhub.local.topic.CommittedLog;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import io.modelhub.wire.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the log and the results of a running platform and compares them. */
public final class Reconciliation {

    private final ReconciliationSettings settings;
    private final Topics topics;

    public Reconciliation(ReconciliationSettings settings) {
        this.settings = settings;
        this.topics = new Topics(AvroSerdes.at(settings.registryUrl()));
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
        try (CommittedLog log = new CommittedLog(settings.bootstrapServers());
                CaughtUp results = new CaughtUp(settings.bootstrapServers(), log, settings.group())) {
            CaughtUp.Outcome outcome = results.await(settings.patience());
            return outcome instanceof CaughtUp.Outcome.Covered covered
                    ? new Outcome.Done(compare(log, covered.ends(), differences))
                    : new Outcome.NotYet(((CaughtUp.Outcome.Behind) outcome).reason());
        }
    }

    private Reconciled compare(CommittedLog log, Map<TopicPartition, Long> ends, Consumer<Difference> differences) {
        long began = System.nanoTime();
        AtomicLong named = new AtomicLong();
        try {
            Path folder = Files.createTempDirectory("modelhub-reconcile");
            try {
                Recomputation recomputation = recomputation(log, ends, folder);
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
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files can't be made", e);
        }
    }

    private Recomputation recomputation(CommittedLog log, Map<TopicPartition, Long> ends, Path folder) {
        Map<TopicPartition, Long> beginnings = log.beginnings(ends.keySet());
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
        Recomputation recomputation = new Recomputation(rules, catalog(log), folder, size);
        log.read(beginnings, ends, record -> recomputation.usage(placed(topics.usage(), record)));
        readValues(log, topics.usageCorrections(), recomputation::correct);
        readResults(log, recomputation);
        readValues(log, topics.usageRejected(), rejected -> {
            TopicPartition place = placeOnUsage(rejected.required());
            Long offset = rejected.required().getOffset();
            if (offset != null
                    && offset >= beginnings.getOrDefault(place, 0L)
                    && offset < ends.getOrDefault(place, 0L)) {
                recomputation.rejected().found(rejected.required(), place.partition(), offset);
            }
        });
        return recomputation;
    }

    private void readResults(CommittedLog log, Recomputation recomputation) {
        for (Grain grain : settings.grains()) {
            // All grains have the same types.
            Topic<UsageWindowKey, UsageWindow> windows = topics.usage1d();
            log.read(grain.topic(), record -> {
                UsageWindowKey key = key(windows, record);
                recomputation
                        .windows()
                        .found(
                                grain,
                                key.getOrganization(),
                                key.getModel(),
                                key.getWindowStart(),
                                placed(windows, record));
            });
        }
        Topic<KeyUsageDayKey, KeyUsageDay> keyDays = topics.keyUsage1d();
        log.read(keyDays.name(), record -> {
            KeyUsageDayKey key = key(keyDays, record);
            recomputation.keyDays().found(key.getApiKey(), key.getWindowStart(), placed(keyDays, record));
        });
        Topic<RuleUsageDayKey, RuleUsageDay> ruleDays = topics.ruleUsage1d();
        log.read(ruleDays.name(), record -> {
            RuleUsageDayKey key = key(ruleDays, record);
            recomputation.ruleDays().found(key.getRoutingRule(), key.getWindowStart(), placed(ruleDays, record));
        });
        readAll(log, topics.quotaKeys(), recomputation.keys()::foundState);
        readValues(log, topics.quotaEvents(), recomputation.keys()::foundEvent);
    }

    /** A partition that is not one of the topic's where it never stood there. */
    private static TopicPartition placeOnUsage(RejectedUsage rejected) {
        Integer partition = rejected.getPartition();
        return new TopicPartition(String.valueOf(rejected.getTopic()), partition == null ? -1 : partition);
    }

    /** Windows whose first events retention has taken from the log can't be recomputed. */
    private Span compared(CommittedLog log, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
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
            log.read(
                    beginnings,
                    firsts,
                    first -> whole[0] = whole[0].from(
                            Instant.ofEpochMilli(first.timestamp()).plus(Acceptance.AHEAD)));
        }
        return whole[0];
    }

    private Catalog catalog(CommittedLog log) {
        Map<String, ZoneId> zones = new HashMap<>();
        if (settings.zones() == ReconciliationSettings.Zones.ORGANIZATION) {
            latest(log, topics.organizations(), organization -> organization.getRevision())
                    .forEach((id, organization) -> zones.put(id, ZoneId.of(organization.getTimeZone())));
        }
        return new Catalog(
                latest(log, topics.models(), model -> model.getRevision()),
                latest(log, topics.apiKeys(), key -> key.getRevision()),
                zones);
    }

    /** The highest revision of each entity; none where it was deleted. */
    private <T extends SpecificRecord> Map<String, T> latest(
            CommittedLog log, Topic<String, T> topic, ToLongFunction<T> revision) {
        Map<String, T> latest = new HashMap<>();
        readAll(log, topic, record -> {
            T value = record.value();
            if (value == null) {
                latest.remove(record.key());
            } else {
                latest.merge(
                        record.key(),
                        value,
                        (known, read) -> revision.applyAsLong(read) >= revision.applyAsLong(known) ? read : known);
            }
        });
        return latest;
    }

    private <T extends SpecificRecord> void readAll(CommittedLog log, Topic<?, T> topic, Consumer<Placed<T>> records) {
        log.read(topic.name(), record -> records.accept(placed(topic, record)));
    }

    /** Without tombstones and what can't be read. */
    private <T extends SpecificRecord> void readValues(
            CommittedLog log, Topic<?, T> topic, Consumer<Placed<T>> records) {
        readAll(log, topic, record -> {
            if (record.value() != null) {
                records.accept(record);
            }
        });
    }

    private static <T extends SpecificRecord> Placed<T> placed(
            Topic<?, T> topic, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return new Placed<>(
                key == null ? "" : new String(key, StandardCharsets.UTF_8),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                value(topic, record));
    }

    private static <T> @Nullable T value(Topic<?, T> topic, ConsumerRecord<byte[], byte[]> record) {
        try {
            return topic.value().deserializer().deserialize(topic.name(), record.value());
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    private static <K> K key(Topic<K, ?> topic, ConsumerRecord<byte[], byte[]> record) {
        K key = topic.key().deserializer().deserialize(record.topic(), record.key());
        if (key == null) {
            throw new IllegalStateException("a record of %s has no key".formatted(record.topic()));
        }
        return key;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
