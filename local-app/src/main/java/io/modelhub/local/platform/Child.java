package io.modelhub.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that this one started. It ends when this process ends, see {@code ParentWatch}; its output goes to a log.
 * That of the run before is kept beside it.
 */
final class Child implements AutoCloseable {

    /** Longer than Spring's own graceful shutdown, so that force stays the exception. */
    private static final Duration ORDERLY_END = Duration.ofSeconds(20);

    private static final int LINES_OF_LOG = 12;

    /**
     * What to run.
     *
     * @param role names the process to people and its log
     * @param jar an executable jar
     * @param jvm options of its JVM
     * @param arguments of its main method; every user of this machine can read them
     * @param environment added to this process's own; the place for secrets
     */
    record Command(String role, Path jar, List<String> jvm, List<String> arguments, Map<String, String> environment) {}

    private final Command command;
    private final Path log;

    /** Referred to as long as the child shall live: it takes the end of its input for the end of this process. */
    private final Process process;

    private Child(Command command, Path log, Process process) {
        this.command = command;
        this.log = log;
        this.process = process;
    }

    /** @throws StartFailure the operating system refuses to start it */
    static Child start(Command command, Path agent, Path log) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(command.jvm());
        line.add("-javaagent:" + agent);
        line.add("-jar");
        line.add(command.jar().toString());
        line.addAll(command.arguments());
        try {
            if (Files.exists(log)) {
                Files.move(
                        log, log.resolveSibling(command.role() + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
            }
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(command.environment());
            return new Child(command, log, builder.start());
        } catch (IOException e) {
            throw new StartFailure("%s could not be started: %s.".formatted(command.role(), e.getMessage()), e);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<Child> onEnd() {
        return process.onExit().thenApply(ended -> this);
    }

    /** How it ended, with the last lines that it logged. */
    String endDescription() {
        return "%s ended with exit code %d; the last lines of %s:%n%s"
                .formatted(
                        command.role(),
                        process.exitValue(),
                        log,
                        String.join(
                                "\n",
                                DataFolder.lastLines(log, LINES_OF_LOG).stream()
                                        .map("    "::concat)
                                        .toList()));
    }

    int exitCode() {
        return process.exitValue();
    }

    /** As {@code kill -9}: it is gone when this returns. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end and waits; by force where it takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
