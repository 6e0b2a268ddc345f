package io.modelhub.bench;

import io.modelhub.test.EndsWithParent;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** The aggregator as it is shipped, a process of its own executable jar, whose use of the machine can be told. */
final class MeasuredAggregator implements AutoCloseable {

    /** Its consumer group. */
    static final String APPLICATION = "modelhub-aggregator";

    /**
     * The collector that stops all for its work takes a third less of the processor here than the default one; memory that is there from
     * the start, in huge pages, takes a third of the collector's time and a tenth of the rest.
     */
    static final List<String> JVM_OPTIONS =
            List.of("-Xms2g", "-Xmx2g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages");

    private static final String MAIN_CLASS = "org.springframework.boot.loader.launch.JarLauncher";
    private static final Duration ORDERLY_END = Duration.ofSeconds(30);
    private static final long POLL_MS = 50;
    private static final int LINES_OF_LOG = 15;

    private final Process process;
    private final int port;
    private final Path state;
    private final Path log;
    private final Duration compilerPatience;

    private MeasuredAggregator(Process process, int port, Path state, Path log, Duration compilerPatience) {
        this.process = process;
        this.port = port;
        this.state = state;
        this.log = log;
        this.compilerPatience = compilerPatience;
    }

    /** @param folder for its state and its log */
    static MeasuredAggregator start(
            Path jar, String bootstrapServers, String registryUrl, BenchSettings settings, Path folder) {
        int port = freePort();
        Path state = folder.resolve("aggregator");
        Path log = folder.resolve("aggregator.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        settings.recording()
                .ifPresent(file -> command.add(
                        "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file.toAbsolutePath()));
        command.addAll(List.of(
                "-cp",
                jar + File.pathSeparator + EndsWithParent.code(),
                EndsWithParent.class.getName(),
                MAIN_CLASS,
                "--server.port=" + port,
                "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                "--modelhub.schema-registry.url=" + registryUrl,
                "--modelhub.application-id=" + APPLICATION,
                "--modelhub.state-dir=" + state));
        settings.commitInterval()
                .ifPresent(interval -> command.add("--modelhub.commit-interval=" + interval.toMillis() + "ms"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new MeasuredAggregator(process, port, state, log, settings.compilerPatience());
        } catch (IOException e) {
            throw new UncheckedIOException("the aggregator could not be started", e);
        }
    }

    /** @throws BenchFailure it has ended, with the last lines of its log */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new BenchFailure(
                    "The aggregator ended with exit code %d:%n%s".formatted(process.exitValue(), lastTroubles()));
        }
    }

    /** What it logged last as a warning or an error. */
    String lastTroubles() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> troubles =
                    lines.filter(line -> line.matches(".*\\b(WARN|ERROR)\\b.*")).toList();
            return String.join(
                    System.lineSeparator(),
                    troubles.subList(Math.max(0, troubles.size() - LINES_OF_LOG), troubles.size()));
        } catch (IOException e) {
            return "its log can't be read: " + e.getMessage();
        }
    }

    /** Waits until it knows an API key of the catalog. */
    void awaitKey(String apiKey) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/v1/keys/%s/quota".formatted(port, apiKey)))
                .timeout(ORDERLY_END)
                .build();
        HttpClient http = HttpClient.newHttpClient();
        for (long began = System.nanoTime(); System.nanoTime() - began < ORDERLY_END.toNanos(); ) {
            requireAlive();
            try {
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // It is busy: asked again.
            }
            Thread.sleep(POLL_MS);
        }
        throw new BenchFailure("The aggregator did not learn of a key within %d s.".formatted(ORDERLY_END.toSeconds()));
    }

    /** Keeps it at work until its compiler and ours have done theirs. */
    void warmUp(Compilers.Work work) throws InterruptedException {
        Compilers.awaitRest(process, compilerPatience, work);
    }

    /** Where it listens. */
    int port() {
        return port;
    }

    /** Calls that its group has committed. */
    long committed(Admin admin) throws InterruptedException {
        try {
            return UsageLog.committedBy(APPLICATION, admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker doesn't tell the group's offsets", e.getCause());
        }
    }

    /** Processor time that it has used so far, over all its threads. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The most memory that it ever held; empty where the operating system has no /proc. */
    OptionalLong peakResidentMb() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Stops it in order, so that everything is on disk, and gives the size of its local state. */
    long stateBytesAfterStop() throws InterruptedException {
        // Process.destroy() also closes the child's input, which it would take for the end of its parent.
        process.toHandle().destroy();
        if (!process.waitFor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new BenchFailure("The aggregator did not stop within %d s.".formatted(ORDERLY_END.toSeconds()));
        }
        try (Stream<Path> files = Files.walk(state)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** At once: nobody needs its state any more. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("this machine has no free port", e);
        }
    }
}
