package io.modelhub.local.reprice;

import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.topic.CaughtUp;
import io.modelhub.local.topic.SingleRun;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.PlatformLog;
import io.modelhub.local.usage.TemporaryFolder;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the log and the catalog of a running platform, and writes what is to be corrected to {@code modelhub.usage.corrections}. */
public final class Reprice {

    /** Corrections of a transaction: some 300 bytes each, or a few times that where prices have tiers. */
    private static final int BATCH = 1_000;

    private final RepriceSettings settings;

    public Reprice(RepriceSettings settings) {
        this.settings = settings;
    }

    /**
     * Corrects what is charged otherwise than the catalog says now, of all calls that the aggregator has counted. What a run that ended
     * before its time has written stands, and the next one goes on from there.
     *
     * @throws StartFailure the catalog doesn't know a model that is asked for, the aggregator has no group, or another run began
     * @throws org.apache.kafka.common.KafkaException the broker can't be reached
     * @throws io.modelhub.wire.RegistryUnavailableException the registry can't be reached
     */
    public Repriced run() throws InterruptedException {
        try (PlatformLog log = new PlatformLog(settings.bootstrapServers(), settings.registryUrl());
                CaughtUp aggregator = new CaughtUp(settings.bootstrapServers(), log.committed(), settings.group())) {
            Catalog catalog = log.catalog();
            Set<String> unknown = new TreeSet<>(settings.selection().models());
            unknown.removeAll(catalog.models().keySet());
            if (!unknown.isEmpty()) {
                throw new StartFailure(
                        "The catalog has no model %s; \"./modelhub topic modelhub.catalog.models\" shows those it has."
                                .formatted(String.join(", ", unknown)));
            }
            if (settings.dryRun()) {
                return computed(log, aggregator, catalog, correction -> {});
            }
            try (SingleRun run = new SingleRun(settings.bootstrapServers(), "reprice")) {
                Batch batch = new Batch(log.topics().usageCorrections(), run);
                Repriced repriced = computed(log, aggregator, catalog, batch::add);
                batch.write();
                return repriced.total().corrections() == 0
                        ? repriced
                        : repriced.pending(aggregator.awaitRead(Topics.USAGE_CORRECTIONS, settings.patience()));
            }
        }
    }

    private <E extends Exception> Repriced computed(
            PlatformLog log, CaughtUp aggregator, Catalog catalog, Repricing.Taker<E> corrections)
            throws E, InterruptedException {
        Map<TopicPartition, Long> ends = aggregator
                .read(Topics.USAGE)
                .orElseThrow(() -> new StartFailure(
                        "There is no consumer group %s, so nothing was counted; --group says what the aggregator's begins with."
                                .formatted(settings.group())));
        long notYetCounted = aggregator.unread(ends);
        CountedUsage counted = counted(log, aggregator);
        Map<TopicPartition, Long> beginnings = log.committed().beginnings(ends.keySet());
        long size = ends.values().stream().mapToLong(Long::longValue).sum()
                - beginnings.values().stream().mapToLong(Long::longValue).sum();
        List<Long> asOf = new ArrayList<>();
        for (int partition = 0; partition < ends.size(); partition++) {
            asOf.add(ends.getOrDefault(new TopicPartition(Topics.USAGE.name(), partition), 0L));
        }
        try (TemporaryFolder folder = new TemporaryFolder("modelhub-reprice")) {
            Repricing repricing = new Repricing(
                    settings.selection(),
                    catalog,
                    asOf,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS),
                    folder.path(),
                    size);
            log.readValues(log.topics().usageCorrections(), repricing::corrected);
            log.read(log.topics().usage(), beginnings, ends, record -> {
                if (counted.holds(record)) {
                    repricing.usage(record);
                }
            });
            Map<String, Map<String, Repriced.Total>> differences = new TreeMap<>();
            repricing.compute(correction -> {
                Repriced.add(correction, differences);
                corrections.take(correction);
            });
            return new Repriced(repricing.callsLookedAt(), notYetCounted, differences, repricing.unknownModels(), "");
        }
    }

    /** What was rejected is read after it is known how far the aggregator has read: it is written in the same transactions. */
    private static CountedUsage counted(PlatformLog log, CaughtUp aggregator) throws InterruptedException {
        CountedUsage counted = new CountedUsage(Instant.now());
        Map<TopicPartition, Long> ends = aggregator.written(Topics.USAGE_REJECTED);
        log.read(log.topics().usageRejected(), log.committed().beginnings(ends.keySet()), ends, record -> {
            if (record.value() != null) {
                counted.rejected(record.value());
            }
        });
        return counted;
    }

    /** Collects corrections and writes them, a transaction each. */
    private static final class Batch {

        private final Topic<String, UsageCorrection> topic;
        private final SingleRun run;
        private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

        Batch(Topic<String, UsageCorrection> topic, SingleRun run) {
            this.topic = topic;
            this.run = run;
        }

        void add(UsageCorrection correction) throws InterruptedException {
            records.add(new ProducerRecord<>(
                    topic.name(),
                    topic.key()
                            .serializer()
                            .serialize(topic.name(), Subject.of(correction).canonicalKey()),
                    topic.value().serializer().serialize(topic.name(), correction)));
            if (records.size() == BATCH) {
                write();
            }
        }

        void write() throws InterruptedException {
            if (!records.isEmpty()) {
                run.commit(records);
                records.clear();
            }
        }
    }
}
