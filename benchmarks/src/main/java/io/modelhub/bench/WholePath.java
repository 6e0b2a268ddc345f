package io.modelhub.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;

/**
 * The whole path in one run: a broker and a registry of its own, a log full of calls, consumers that read it, and the aggregator
 * from the first call to its last result.
 */
final class WholePath implements BenchCommand.Run {

    /** Whoever can't catch up in that time at half of its rate doesn't keep up. */
    private static final Duration CATCH_UP = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final BenchSettings settings;
    private final Progress progress;
    private final Servers servers;

    WholePath(BenchSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.servers = new Servers(progress);
    }

    @Override
    public Measurement measure() throws InterruptedException {
        Servers.Up up = servers.start();
        UsageLog log = new UsageLog(up.bootstrapServers(), up.topics(), progress);
        Workload workload = new Workload(settings, Instant.now());
        progress.say("writing %,d events, seed %d", settings.logged(), settings.seed());
        log.fill(workload, settings.logged());
        double consumerRate = log.readRate();
        double decodeRate = log.decodeRate();

        MeasuredAggregator aggregator = MeasuredAggregator.start(
                up.aggregatorJar(), up.bootstrapServers(), up.registryUrl(), settings, up.folder());
        servers.closeLater(aggregator::close);
        ResultTopics results = new ResultTopics(up.bootstrapServers(), up.topics(), up.admin());
        AggregatorRun.Stretch stretch = new AggregatorRun(aggregator, results, up.admin(), progress)
                .untilAllResults(workload, settings.warmUp(), settings.logged());
        OptionalLong peakResidentMb = aggregator.peakResidentMb();
        long changelogBytes = changelogBytes(up.admin());
        DisableLatency latency = new DisableLatency(log, up.topics(), aggregator, up.bootstrapServers());
        progress.say("bringing %,d keys over their limits, nothing else to do", settings.breaches());
        latency.warmUp();
        Percentiles idle = latency.measure(settings.breaches());
        Percentiles loaded = underLoad(latency, log, up, aggregator, stretch);
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
                bestPeer(up, log),
                stateBytes,
                changelogBytes,
                peakResidentMb,
                workload.spendOfOrganizations().values().stream().reduce(Spend.NONE, Spend::plus));
    }

    /** At half the rate that was measured. */
    private Percentiles underLoad(
            DisableLatency latency,
            UsageLog log,
            Servers.Up up,
            MeasuredAggregator aggregator,
            AggregatorRun.Stretch stretch)
            throws InterruptedException {
        double perSecond = stretch.perSecond() / 2;
        try (Load load = new Load(up.topics(), settings, log.asIngest(), perSecond)) {
            load.start();
            progress.say("the same at %,.0f events/s", perSecond);
            latency.warmUp();
            letCatchUp(log, up.admin(), aggregator, perSecond);
            return latency.measure(settings.breaches());
        }
    }

    /** As long as compilers took the processor it fell behind; what a steady load costs is asked. */
    private void letCatchUp(UsageLog log, Admin admin, MeasuredAggregator aggregator, double perSecond)
            throws InterruptedException {
        long began = System.nanoTime();
        long behind;
        while (true) {
            behind = log.size() - aggregator.committed(admin);
            if (behind <= perSecond || System.nanoTime() - began >= CATCH_UP.toNanos()) {
                break;
            }
            aggregator.requireAlive();
            Thread.sleep(LOOK.toMillis());
        }
        progress.say("the aggregator is %,d events behind", behind);
    }

    private Measurement.Peer bestPeer(Servers.Up up, UsageLog log) throws InterruptedException {
        PeerRun.createTopics(up.admin());
        Measurement.Peer best = new Measurement.Peer(0, Duration.ZERO);
        for (Duration commitInterval : settings.peerCommitIntervals()) {
            progress.say(
                    "a plain DSL application that commits every %,d ms works off %,d events, once it is warm",
                    commitInterval.toMillis(), settings.peerEvents());
            try (PeerRun peer =
                    PeerRun.start(up.bootstrapServers(), up.registryUrl(), up.admin(), up.folder(), commitInterval)) {
                servers.closeLater(peer::close);
                double rate = peer.rate(settings.peerEvents(), log.size(), settings.compilerPatience());
                progress.say("it worked off %,.0f events/s", rate);
                if (rate > best.rate()) {
                    best = new Measurement.Peer(rate, commitInterval);
                }
            }
        }
        return best;
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

    @Override
    public void close() {
        servers.close();
    }
}
