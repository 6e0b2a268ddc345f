package io.modelhub.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches an aggregator work off a full log. The clock runs from the moment when its group has its partitions (its start-up is
 * over, no record is read yet) to the last moment at which one more result could be read at read_committed: the last move of
 * the result topics' last stable offsets, which {@value #POLL_MS} ms polls find without reading a record. That these results
 * are all and right is checked afterwards, from their content.
 */
final class AggregatorRun {

    private static final long POLL_MS = 200;

    /** Five times the pace at which windows are published: silence after the last input means that all are. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /**
     * From the end of the warm-up to the last result readable.
     *
     * @param events in it
     * @param cpu of the aggregator
     * @param brokerCpu of this process, in which the broker runs
     * @param warmUpPerSecond events per second before it, from the moment when no record had been read; 0 where there were none
     */
    record Stretch(long events, Duration time, Duration cpu, Duration brokerCpu, double warmUpPerSecond) {

        double perSecond() {
            return events * 1e9 / time.toNanos();
        }
    }

    /** A moment, and the processor time that was used by then. */
    private record Mark(long nanos, Duration cpu, Duration brokerCpu) {}

    private static final OperatingSystemMXBean THIS_PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final MeasuredAggregator aggregator;
    private final ResultTopics results;
    private final Admin admin;
    private final Progress progress;

    private Mark lastMove = new Mark(System.nanoTime(), Duration.ZERO, Duration.ZERO);
    private Map<TopicPartition, Long> readable = Map.of();

    AggregatorRun(MeasuredAggregator aggregator, ResultTopics results, Admin admin, Progress progress) {
        this.aggregator = aggregator;
        this.results = results;
        this.admin = admin;
        this.progress = progress;
    }

    /** @throws BenchFailure the aggregator ended, stands still, or its results are not what they must be */
    Stretch untilAllResults(Workload workload, int warmUp, int events) throws InterruptedException {
        readable = results.readableUpTo();
        awaitPartitions();
        Mark began = now();
        long warmedUp = awaitCommitted(warmUp, events);
        Mark warm = now();
        if (warmedUp == events) {
            throw new BenchFailure(
                    ("All %,d events were committed when the first %,d were looked for: nothing is left to measure."
                                    + " Give more --events, or --warm-up 0.")
                            .formatted(events, warmUp));
        }
        List<String> differences;
        boolean stillMoving;
        Mark last;
        do {
            awaitSilence(events);
            last = lastMove; // What moves during the check, such as a day that ends, isn't of these events.
            progress.say("checking the results");
            differences = results.differences(workload);
            stillMoving = look();
        } while (!differences.isEmpty() && stillMoving);
        if (!differences.isEmpty()) {
            throw new BenchFailure("The results are wrong:%n%s".formatted(String.join("\n", differences)));
        }
        return new Stretch(
                events - warmedUp,
                Duration.ofNanos(last.nanos() - warm.nanos()),
                last.cpu().minus(warm.cpu()),
                last.brokerCpu().minus(warm.brokerCpu()),
                warmedUp * 1e9 / (warm.nanos() - began.nanos()));
    }

    private void awaitPartitions() throws InterruptedException {
        progress.say("the aggregator starts");
        long began = System.nanoTime();
        while (!hasPartitions()) {
            requireWithin(PATIENCE, began, "has not joined its group");
            Thread.sleep(POLL_MS);
        }
        lastMove = now();
    }

    private Mark now() {
        return new Mark(System.nanoTime(), aggregator.cpu(), Duration.ofNanos(THIS_PROCESS.getProcessCpuTime()));
    }

    private boolean hasPartitions() throws InterruptedException {
        try {
            return admin.listGroups().all().get().stream()
                    .filter(group -> group.groupId().equals(MeasuredAggregator.APPLICATION))
                    .map(GroupListing::groupState)
                    .anyMatch(state -> state.filter(GroupState.STABLE::equals).isPresent());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker doesn't name its groups", e.getCause());
        }
    }

    private void awaitSilence(int events) throws InterruptedException {
        long done = awaitCommitted(events, events);
        while (System.nanoTime() - lastMove.nanos() < SILENCE.toNanos()) {
            poll(done, events);
        }
    }

    /** Waits until so many events are committed; gives how many are. */
    private long awaitCommitted(long wanted, int events) throws InterruptedException {
        long done = 0;
        while (done < wanted) {
            poll(done, events);
            done = aggregator.committed(admin);
            progress.now("the aggregator has committed %,d of %,d events", done, events);
        }
        return done;
    }

    private void poll(long done, int events) throws InterruptedException {
        Thread.sleep(POLL_MS);
        look();
        requireWithin(
                PATIENCE,
                lastMove.nanos(),
                "has published nothing, with %,d of %,d events read".formatted(done, events));
    }

    /** Whether more results can be read than at the last look. */
    private boolean look() throws InterruptedException {
        Map<TopicPartition, Long> now = results.readableUpTo();
        if (now.equals(readable)) {
            return false;
        }
        readable = now;
        lastMove = now();
        return true;
    }

    private void requireWithin(Duration patience, long since, String what) {
        aggregator.requireAlive();
        if (System.nanoTime() - since > patience.toNanos()) {
            throw new BenchFailure("The aggregator %s for %d s; its log says:%n%s"
                    .formatted(what, patience.toSeconds(), aggregator.lastTroubles()));
        }
    }
}
