package io.modelhub.local.torture;

import static java.util.Objects.requireNonNull;

import io.modelhub.local.platform.Cluster;
import io.modelhub.local.platform.Instance;
import io.modelhub.local.platform.Progress;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.reconcile.Difference;
import io.modelhub.local.reconcile.Grain;
import io.modelhub.local.reconcile.QuotaClock;
import io.modelhub.local.reconcile.Reconciled;
import io.modelhub.local.reconcile.Reconciliation;
import io.modelhub.local.reconcile.ReconciliationSettings;
import io.modelhub.local.topic.CommittedLog;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends bad traffic to a cluster whose processes are killed meanwhile, then holds all results to the log. Everything random comes
 * from one seed, and attacks happen by the number of events sent, so that a run can be repeated; what the seed can't tell is how
 * processes interleave.
 */
public final class Torture implements AutoCloseable {

    private static final String APPLICATION = "modelhub-torture";
    private static final List<Integer> THRESHOLDS = List.of(50, 80, 95);

    /** What comes after the last event, on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** For people to read, and for programs: the rest is only counted. */
    private static final int MOST_NAMED = 10_000;

    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    private final TortureSettings settings;
    private final Progress progress;
    private final Cluster cluster;
    private final Topics topics;
    private final Cast cast;
    private final Traffic traffic;
    private final List<Attack> attacks;

    /** For each attack that kills aggregators, in their order: a key at home in each partition. */
    private final Queue<List<String>> sentinels = new ArrayDeque<>();

    private @Nullable Assault assault;
    private @Nullable Sender sender;
    private @Nullable Recoveries recoveries;
    private long sent;
    private long sentSentinels;
    private double seconds;

    /**
     * Nothing is started yet.
     *
     * @throws StartFailure the data folder can't be used
     */
    public Torture(TortureSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.cluster = new Cluster(
                settings.data(),
                settings.aggregators(),
                List.of(
                        "--modelhub.application-id=" + APPLICATION,
                        "--modelhub.quota-clock=STREAM",
                        "--modelhub.acceptance-horizon=" + settings.horizon(),
                        // So few that they don't all fit: checkpoints, in slices and at once, are under way at any
                        // moment.
                        "--modelhub.windows-in-memory=" + Math.max(10_000, settings.events() / 7)),
                settings.distribution(),
                progress);
        this.topics = new Topics(AvroSerdes.at(cluster.registryUrl()));
        Instant begin = Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(settings.span());
        double spendPerDay = Traffic.MEAN_COST
                * settings.events()
                * Duration.ofDays(1).toMillis()
                / settings.span().toMillis();
        this.cast = new Cast(random(1), begin, settings.span(), spendPerDay);
        this.traffic = new Traffic(cast, random(2), topics.usage(), settings, begin);
        this.attacks = Attack.plan(random(3), settings);
    }

    /** Independent of the others: what one draws changes nothing for them. */
    private RandomGenerator random(int which) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed() * 31 + which);
    }

    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    public String registryUrl() {
        return cluster.registryUrl();
    }

    /** Where each process logs. */
    public Path logs() {
        return cluster.logs();
    }

    Topics topics() {
        return topics;
    }

    /**
     * Starts everything, sends all events and carries out all attacks. In the end every process runs again.
     *
     * @throws StartFailure something can't go on that no attack explains
     */
    public void inflict() throws InterruptedException {
        cluster.startServers();
        publishCast();
        Recoveries startedRecoveries = new Recoveries(cluster.bootstrapServers(), topics.quotaEvents(), progress);
        recoveries = startedRecoveries;
        Sender startedSender =
                new Sender(cluster.bootstrapServers(), topics.usage().name(), APPLICATION);
        sender = startedSender;
        cluster.aggregators().forEach(Instance::start);
        for (Instance aggregator : cluster.aggregators()) {
            aggregator.awaitReady();
        }
        Assault startedAssault = new Assault(
                cluster, startedRecoveries, victims -> raiseAlarm(victims, startedSender, startedRecoveries), progress);
        assault = startedAssault;
        progress.say("a broker, a registry and %d aggregators are ready".formatted(settings.aggregators()));
        long began = System.nanoTime();
        sendAndAttack(startedSender, startedAssault);
        startedAssault.end();
        startedSender.awaitWaiting(0);
        seconds = (System.nanoTime() - began) / 1e9;
        progress.say("%,d events are counted after %.0f s".formatted(sent, seconds));
    }

    private void sendAndAttack(Sender to, Assault by) throws InterruptedException {
        int next = 0;
        long toldAt = System.nanoTime();
        for (int i = 0; i < settings.events(); i++) {
            if (i == settings.events() / 3) {
                deleteSome();
            }
            while (next < attacks.size() && attacks.get(next).at() <= i) {
                by.perform(attacks.get(next));
                next++;
            }
            to.send(traffic.next());
            sent++;
            if (i % 500 == 0) {
                to.awaitWaiting(settings.mostWaiting());
            }
            if (System.nanoTime() - toldAt > TELL_EVERY.toNanos()) {
                toldAt = System.nanoTime();
                progress.say("%,d events sent, %d of %d attacks".formatted(sent, next, attacks.size()));
            }
        }
        long acknowledged = to.acknowledgedAll();
        if (acknowledged != sent) {
            throw new IllegalStateException("%d records were acknowledged, not %d".formatted(acknowledged, sent));
        }
    }

    /** Asks every partition whether its limits hold: a sentinel in each breaks its own. */
    private void raiseAlarm(String victims, Sender to, Recoveries hearer) {
        List<String> keys = sentinels.remove();
        hearer.begin(victims, keys);
        for (String key : keys) {
            to.send(traffic.sentinel(key));
            sent++;
            sentSentinels++;
        }
    }

    private void publishCast() throws InterruptedException {
        for (Attack attack : attacks) {
            if (attack instanceof Attack.Kill) {
                List<String> keys = new ArrayList<>();
                for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
                    keys.add(cast.makeSentinel(partition));
                }
                sentinels.add(keys);
            }
        }
        try (Sender catalog =
                new Sender(cluster.bootstrapServers(), topics.usage().name(), APPLICATION)) {
            cast.organizations().forEach(one -> publish(catalog, topics.organizations(), one.getId(), one));
            cast.models().forEach(one -> publish(catalog, topics.models(), one.getId(), one));
            cast.keys().forEach(one -> publish(catalog, topics.apiKeys(), one.getId(), one));
            cast.goneKeys().forEach(one -> publish(catalog, topics.deletedApiKeys(), one.getId(), one));
            catalog.acknowledgedAll();
        }
    }

    /** As catalog-app does: what an entity was, and then its tombstone. */
    private void deleteSome() throws InterruptedException {
        try (Sender catalog =
                new Sender(cluster.bootstrapServers(), topics.usage().name(), APPLICATION)) {
            cast.modelsToBeDeleted().forEach(one -> publish(catalog, topics.deletedModels(), one.getId(), one));
            cast.keysToBeDeleted().forEach(one -> publish(catalog, topics.deletedApiKeys(), one.getId(), one));
            catalog.acknowledgedAll();
            cast.modelsToBeDeleted().forEach(one -> publish(catalog, topics.models(), one.getId(), null));
            cast.keysToBeDeleted().forEach(one -> publish(catalog, topics.apiKeys(), one.getId(), null));
            catalog.acknowledgedAll();
        }
    }

    /** @param entity null: it is deleted */
    private static <T extends SpecificRecord> void publish(
            Sender to, Topic<String, T> topic, String id, @Nullable T entity) {
        to.send(new ProducerRecord<>(
                topic.name(),
                topic.key().serializer().serialize(topic.name(), id),
                topic.value().serializer().serialize(topic.name(), entity)));
    }

    /**
     * Waits until all results are there and compares them with the log. May be called again.
     *
     * @throws StartFailure they don't come
     */
    public Tortured compare() throws InterruptedException {
        List<Difference> named = new ArrayList<>();
        AtomicLong more = new AtomicLong();
        Reconciliation.Outcome outcome = new Reconciliation(new ReconciliationSettings(
                        cluster.bootstrapServers(),
                        cluster.registryUrl(),
                        APPLICATION,
                        settings.horizon(),
                        QuotaClock.STREAM,
                        THRESHOLDS,
                        ReconciliationSettings.Zones.ORGANIZATION,
                        EnumSet.allOf(Grain.class),
                        null,
                        null,
                        null,
                        PATIENCE))
                .run(difference -> {
                    if (named.size() < MOST_NAMED) {
                        named.add(difference);
                    } else {
                        more.incrementAndGet();
                    }
                });
        if (outcome instanceof Reconciliation.Outcome.NotYet notYet) {
            throw new StartFailure(
                    "The results don't come: %s; the logs are in %s.".formatted(notYet.reason(), logs()));
        }
        Reconciled reconciled = ((Reconciliation.Outcome.Done) outcome).reconciled();
        requireCount(Topics.USAGE.name(), sent, reconciled.events(), named);
        requireCount(Topics.USAGE_REJECTED.name(), reconciled.rejected(), recordsRejected(), named);
        Assault ended = requireNonNull(assault);
        named.addAll(ended.unexpectedEnds());
        Recoveries heard = requireNonNull(recoveries);
        return new Tortured(
                settings,
                sent,
                sentSentinels,
                traffic.twists(),
                traffic.duplicates(),
                ended.attacks(),
                reconciled,
                named,
                more.get(),
                heard.undisturbed(),
                heard.disturbed(),
                ended.restored(),
                ended.restoredFromNothing(),
                seconds);
    }

    /** No record is there that nobody asked for, wherever it says to be from. */
    private static void requireCount(String topic, long expected, long found, List<Difference> differences) {
        if (expected != found) {
            differences.add(
                    new Difference(topic, "all partitions", "records", Long.toString(expected), Long.toString(found)));
        }
    }

    private long recordsRejected() {
        AtomicLong records = new AtomicLong();
        try (CommittedLog log = new CommittedLog(cluster.bootstrapServers())) {
            log.read(Topics.USAGE_REJECTED.name(), record -> records.incrementAndGet());
        }
        return records.get();
    }

    @Override
    public void close() throws InterruptedException {
        if (assault != null) {
            assault.close();
        }
        if (recoveries != null) {
            recoveries.close();
        }
        if (sender != null) {
            sender.close();
        }
        cluster.close();
    }
}
