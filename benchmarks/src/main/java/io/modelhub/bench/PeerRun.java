package io.modelhub.bench;

import io.modelhub.test.EndsWithParent;
import io.modelhub.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Watches the {@link PlainDsl peer} work off the first part of the log, in a process of its own with the aggregator's heap. Its rate
 * is that of its commits over the wanted number of events, after as many and until its compiler has done its work: its start is not
 * counted, and nothing that it commits afterwards.
 */
final class PeerRun implements AutoCloseable {

    private static final long POLL_MS = 50;
    private static final int LINES_OF_LOG = 15;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** When so many events were seen to be committed. */
    private record Moment(long committed, long nanos) {

        double perSecondSince(Moment before) {
            return (committed - before.committed) * 1e9 / (nanos - before.nanos);
        }
    }

    private final Process process;
    private final String application;
    private final Path log;
    private final Admin admin;
    private Moment last = new Moment(0, System.nanoTime());

    private PeerRun(Process process, String application, Path log, Admin admin) {
        this.process = process;
        this.application = application;
        this.log = log;
        this.admin = admin;
    }

    /** Makes the topics that each run writes its results to. */
    static void createTopics(Admin admin) throws InterruptedException {
        try {
            admin.createTopics(PlainDsl.RESULTS.stream()
                            .map(name -> new NewTopic(name, Topics.PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the peer's topics could not be made", e.getCause());
        }
    }

    static PeerRun start(
            String bootstrapServers, String registryUrl, Admin admin, Path folder, Duration commitInterval) {
        String application = "plain-dsl-%d-ms".formatted(commitInterval.toMillis());
        try {
            Path log = folder.resolve(application + ".log");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(MeasuredAggregator.JVM_OPTIONS);
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    EndsWithParent.class.getName(),
                    PlainDsl.class.getName(),
                    bootstrapServers,
                    registryUrl,
                    folder.resolve(application).toString(),
                    application,
                    Long.toString(commitInterval.toMillis())));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new PeerRun(process, application, log, admin);
        } catch (IOException e) {
            throw new UncheckedIOException("the peer could not be started", e);
        }
    }

    /**
     * Events per second over so many events, after as many at least that are not counted.
     *
     * @param logged events that there are
     */
    double rate(int events, long logged, Duration compilerPatience) throws InterruptedException {
        Moment began = new Moment(0, System.nanoTime());
        Moment first = awaitCommitted(events);
        Compilers.awaitRest(process, compilerPatience, this::watch);
        Moment warm = last;
        if (warm.committed() + events <= logged) {
            return awaitCommitted(warm.committed() + events).perSecondSince(warm);
        }
        // The log is too short for a warm peer; where one commit did it all, it is as fast as it took from its start.
        return warm.perSecondSince(warm.equals(first) ? began : first);
    }

    private void watch(Duration time) throws InterruptedException {
        for (long began = System.nanoTime(); System.nanoTime() - began < time.toNanos(); Thread.sleep(POLL_MS)) {
            look();
        }
    }

    /** Waits until so many events are committed. */
    private Moment awaitCommitted(long events) throws InterruptedException {
        for (long began = System.nanoTime(); System.nanoTime() - began < PATIENCE.toNanos(); Thread.sleep(POLL_MS)) {
            if (!process.isAlive()) {
                throw new BenchFailure(
                        "The peer ended with exit code %d:%n%s".formatted(process.exitValue(), lastLines()));
            }
            look();
            if (last.committed() >= events) {
                return last;
            }
        }
        throw new BenchFailure(
                "The peer committed %,d of %,d events in %s.".formatted(last.committed(), events, PATIENCE));
    }

    private void look() throws InterruptedException {
        long committed = committed();
        if (committed > last.committed()) {
            last = new Moment(committed, System.nanoTime());
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
        } catch (IOException e) {
            return "its log can't be read: " + e.getMessage();
        }
    }

    private long committed() throws InterruptedException {
        try {
            return UsageLog.committedBy(application, admin);
        } catch (ExecutionException e) {
            return 0; // It has not joined its group yet.
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
