package io.modelhub.bench;

import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.springframework.util.FileSystemUtils;

/**
 * The whole path in one run: a broker and a registry of its own, a log full of calls, consumers that read it, and the aggregator
 * from the first call to its last result. May be closed at any moment and by another thread: nothing of it is left then.
 */
final class WholePath implements AutoCloseable {

    private final BenchSettings settings;
    private final Progress progress;
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private boolean closed;

    WholePath(BenchSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** @throws BenchFailure there are no figures to give */
    Measurement measure() throws InterruptedException {
        SourceTree source = SourceTree.ofThisBuild();
        Path aggregatorJar = source.aggregator();
        source.nameRegistry();
        Path folder = temporaryFolder();
        progress.say("starting a broker and a registry");
        KafkaForTests kafka = KafkaForTests.start();
        closeLater(kafka::close);
        RegistryForTests registry = RegistryForTests.start();
        closeLater(registry::close);
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
            UsageLog log = new UsageLog(kafka.bootstrapServers(), topics, progress);
            Workload workload = new Workload(settings, Instant.now());
            progress.say("writing %,d events, seed %d", settings.logged(), settings.seed());
            log.fill(workload, settings.logged());
            double consumerRate = log.readRate();
            double decodeRate = log.decodeRate();

            MeasuredAggregator aggregator =
                    MeasuredAggregator.start(aggregatorJar, kafka.bootstrapServers(), registry.url(), settings, folder);
            closeLater(aggregator::close);
            ResultTopics results = new ResultTopics(kafka.bootstrapServers(), topics, admin);
            AggregatorRun.Stretch stretch = new AggregatorRun(aggregator, results, admin, progress)
                    .untilAllResults(workload, settings.warmUp(), settings.logged());
            OptionalLong peakResidentMb = aggregator.peakResidentMb();
            long changelogBytes = changelogBytes(admin);
            DisableLatency latency = new DisableLatency(log, topics, aggregator, kafka.bootstrapServers());
            progress.say("bringing %,d keys over their limits, nothing else to do", settings.breaches());
            DisableLatency.Percentiles idle = latency.measure(settings.breaches());
            DisableLatency.Percentiles loaded = underLoad(latency, log, topics, stretch);
            // The load has made the state larger: it is told for as many events as were measured.
            double share = (double) settings.logged() / log.size();
            long stateBytes = Math.round(aggregator.stateBytesAfterStop() * share);
            return new Measurement(
                    settings,
                    consumerRate,
                    decodeRate,
                    stretch,
                    idle,
                    loaded,
                    peerRate(kafka.bootstrapServers(), registry.url(), admin, folder),
                    stateBytes,
                    changelogBytes,
                    peakResidentMb,
                    workload.spendOfOrganizations().values().stream().reduce(Spend.NONE, Spend::plus));
        }
    }

    /** At half the rate that was measured. */
    private DisableLatency.Percentiles underLoad(
            DisableLatency latency, UsageLog log, Topics topics, AggregatorRun.Stretch stretch)
            throws InterruptedException {
        double perSecond = stretch.perSecond() / 2;
        try (Load load = new Load(topics, settings, log.asIngest(), perSecond)) {
            load.start();
            progress.say("the same at %,.0f events/s", perSecond);
            return latency.measure(settings.breaches());
        }
    }

    private double peerRate(String bootstrapServers, String registryUrl, Admin admin, Path folder)
            throws InterruptedException {
        progress.say("a plain DSL application works off %,d events", 2 * settings.peerEvents());
        try (PeerRun peer = PeerRun.start(bootstrapServers, registryUrl, admin, folder)) {
            closeLater(peer::close);
            return peer.rate(settings.peerEvents());
        }
    }

    private Path temporaryFolder() {
        try {
            Path folder = Files.createTempDirectory("modelhub-bench");
            closeLater(() -> delete(folder));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("there is no place for temporary files", e);
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("%s could not be deleted".formatted(folder), e);
        }
    }

    private static long changelogBytes(Admin admin) throws InterruptedException {
        try {
            int node = admin.describeCluster().nodes().get().iterator().next().id();
            return admin.describeLogDirs(List.of(node)).allDescriptions().get().values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .map(LogDirDescription::replicaInfos)
                    .flatMap(replicas -> replicas.entrySet().stream())
                    .filter(replica -> replica.getKey().topic().endsWith("-changelog"))
                    .map(Map.Entry::getValue)
                    .mapToLong(ReplicaInfo::size)
                    .sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker doesn't tell the size of its logs", e.getCause());
        }
    }

    /** Runs at once where everything is being closed already. */
    private void closeLater(Runnable close) {
        synchronized (toClose) {
            if (!closed) {
                toClose.push(close);
                return;
            }
        }
        close.run();
    }

    @Override
    public void close() {
        synchronized (toClose) {
            closed = true;
            while (!toClose.isEmpty()) {
                toClose.pop().run();
            }
        }
    }
}
