package io.modelhub.local.torture;

import io.modelhub.local.platform.Cluster;
import io.modelhub.local.platform.Progress;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.reconcile.Difference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Carries out attacks, and starts again what they ended. A process that ends without having been attacked is started again, too,
 * and is a fault to be named.
 */
final class Assault implements AutoCloseable {

    /** What has not recovered by then is attacked all the same. */
    private static final Duration RECOVERY = Duration.ofMinutes(3);

    /** On a busy machine, with everything to restore. */
    private static final Duration ALL_READY = Duration.ofMinutes(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Recoveries recoveries;
    private final Consumer<String> alarm;
    private final Progress progress;
    private final Keeper broker;
    private final List<Keeper> aggregators;
    private final ScheduledExecutorService threads;

    private final List<Double> restored = new ArrayList<>();
    private final List<Double> restoredFromNothing = new ArrayList<>();
    private final List<Difference> unexpectedEnds = new ArrayList<>();
    private int kills;
    private int killsAtOnce;
    private int statesDeleted;
    private int restarts;
    private int brokerKills;

    /**
     * On a cluster whose processes are ready.
     *
     * @param alarm asks all partitions whether limits hold, and has the answers measured; gets who was killed
     */
    Assault(Cluster cluster, Recoveries recoveries, Consumer<String> alarm, Progress progress) {
        this.recoveries = recoveries;
        this.alarm = alarm;
        this.progress = progress;
        this.broker = new Keeper(cluster.broker());
        this.aggregators = cluster.aggregators().stream().map(Keeper::new).toList();
        this.threads = Executors.newScheduledThreadPool(1 + aggregators.size(), work -> {
            Thread thread = new Thread(work, "keeper");
            thread.setDaemon(true);
            return thread;
        });
        keep(broker);
        aggregators.forEach(this::keep);
    }

    private void keep(Keeper keeper) {
        threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        take(keeper, keeper.look());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (StartFailure e) {
                        progress.say(e.sentence());
                    }
                },
                0,
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private synchronized void take(Keeper keeper, Keeper.Look look) {
        String role = keeper.instance().role();
        if (look instanceof Keeper.Look.Ready ready) {
            progress.say("  %s is ready again".formatted(role));
            ready.restored()
                    .filter(measured -> keeper != broker)
                    .ifPresent(measured ->
                            (measured.fromNothing() ? restoredFromNothing : restored).add(measured.seconds()));
        } else if (look instanceof Keeper.Look.Ended) {
            progress.say("  %s ended by itself; its log says why".formatted(role));
            unexpectedEnds.add(new Difference(role, "process", "end", "none", "it ended by itself"));
        }
    }

    /** Returns when it is done; what was ended is started again later. */
    void perform(Attack attack) throws InterruptedException {
        if (attack instanceof Attack.Kill kill) {
            if (kill.isCalm()) {
                awaitCalm();
            }
            List<Keeper> victims = await(kill.victims(), kill.count(), kill.isCalm() ? Keeper::isReady : Keeper::isUp);
            for (Keeper victim : victims) {
                victim.kill(kill.pause(), kill.losesState());
                say("kill -9", victim, kill, kill.losesState() ? ", its state is deleted" : "");
            }
            boolean areOthersReady = aggregators.stream()
                    .filter(keeper -> !victims.contains(keeper))
                    .allMatch(Keeper::isReady);
            kills += victims.size();
            killsAtOnce += victims.size() > 1 ? victims.size() : 0;
            statesDeleted += kill.losesState() ? victims.size() : 0;
            alarm.accept(
                    victims.stream().map(victim -> victim.instance().role()).collect(Collectors.joining(" and ")));
            if (!areOthersReady) {
                recoveries.disturb(); // Who would have gone on at once is itself only starting.
            }
        } else if (attack instanceof Attack.Restart restart) {
            Keeper victim = await(restart.victims(), 1, Keeper::isReady).get(0);
            recoveries.disturb();
            say("stop", victim, restart, "");
            victim.stop(restart.pause());
            restarts++;
        } else {
            awaitUp(broker);
            recoveries.disturb();
            broker.kill(attack.pause(), false);
            say("kill -9", broker, attack, "");
            brokerKills++;
        }
    }

    private void say(String what, Keeper victim, Attack attack, String more) {
        progress.say(
                "  %s %s after %,d events%s".formatted(what, victim.instance().role(), attack.at(), more));
    }

    private void awaitCalm() throws InterruptedException {
        recoveries.awaitAll(RECOVERY);
        for (Keeper aggregator : aggregators) {
            awaitReady(aggregator);
        }
    }

    private static void awaitReady(Keeper keeper) throws InterruptedException {
        long deadline = System.nanoTime() + ALL_READY.toNanos();
        while (!keeper.isReady()) {
            if (System.nanoTime() > deadline) {
                throw new StartFailure("%s is not ready again after %d s."
                        .formatted(keeper.instance().role(), ALL_READY.toSeconds()));
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private static void awaitUp(Keeper keeper) throws InterruptedException {
        while (!keeper.isUp()) {
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** The first of the victims that may be attacked, as soon as there are so many. */
    private List<Keeper> await(List<Integer> victims, int count, Predicate<Keeper> may) throws InterruptedException {
        while (true) {
            List<Keeper> found = victims.stream()
                    .map(aggregators::get)
                    .filter(may)
                    .limit(count)
                    .toList();
            if (found.size() == count) {
                return found;
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** Waits until all processes are ready and limits hold again. */
    void end() throws InterruptedException {
        awaitReady(broker);
        awaitCalm();
    }

    synchronized Tortured.Attacks attacks() {
        return new Tortured.Attacks(kills, killsAtOnce, statesDeleted, restarts, brokerKills);
    }

    synchronized List<Difference> unexpectedEnds() {
        return List.copyOf(unexpectedEnds);
    }

    /** Seconds from the start of a killed aggregator until it was ready. */
    synchronized List<Double> restored() {
        return restored.stream().sorted().toList();
    }

    /** The same where its state had been deleted. */
    synchronized List<Double> restoredFromNothing() {
        return restoredFromNothing.stream().sorted().toList();
    }

    /** Starts nothing again any more. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(RECOVERY.toSeconds(), TimeUnit.SECONDS);
    }
}
