package io.modelhub.local.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of a running platform, in a file that people and tools can read: role, process id and time of start of each.
 * A later start finds there what an earlier one left behind.
 */
final class ProcessList {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessList.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Children of a parent that is gone end themselves within this time, see {@code ParentWatch}. */
    private static final Duration LEFTOVERS_END = Duration.ofSeconds(12);

    /** How exactly an operating system knows when a process began. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private final Path file;
    private final Map<String, ProcessHandle> running = new TreeMap<>();

    ProcessList(Path file) {
        this.file = file;
    }

    synchronized void add(String role, ProcessHandle process) {
        running.put(role, process);
        write();
    }

    synchronized void clear() {
        running.clear();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted", file, e);
        }
    }

    private void write() {
        ArrayNode processes = JSON.createArrayNode();
        running.forEach((role, process) -> {
            ObjectNode entry = processes.addObject().put("role", role).put("pid", process.pid());
            process.info().startInstant().ifPresent(started -> entry.put("started", started.toString()));
        });
        try {
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(processes) + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // The platform runs without the list; only its readers miss it.
            LOG.warn("{} could not be written", file, e);
        }
    }

    /**
     * Waits until the processes of an earlier run are gone, and ends those that stay. Touches only processes that the file
     * names by id and time of start.
     *
     * @param except a role that somebody else looks after
     * @param progress told where there is something to wait for
     */
    void endLeftovers(String except, Progress progress) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            CompletableFuture<?>[] ends = ends(JSON.readTree(file.toFile()), except);
            if (ends.length > 0) {
                progress.say("waiting for %d processes of an earlier run to end".formatted(ends.length));
            }
            CompletableFuture.allOf(ends).get();
        } catch (IOException e) {
            LOG.warn("{} can't be read, so what it names is not looked for", file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("a process of an earlier run could not be waited for", e);
        }
        clear();
    }

    private static CompletableFuture<?>[] ends(JsonNode processes, String except) {
        return StreamSupport.stream(processes.spliterator(), false)
                .filter(entry -> !entry.path("role").asText().equals(except))
                .flatMap(entry -> ProcessHandle.of(entry.path("pid").asLong())
                        .filter(process ->
                                startedAt(process, entry.path("started").asText()))
                        .stream())
                .map(process -> CompletableFuture.runAsync(() -> end(process)))
                .toArray(CompletableFuture<?>[]::new);
    }

    private static boolean startedAt(ProcessHandle process, String started) {
        return !started.isEmpty()
                && process.info()
                        .startInstant()
                        .map(actual -> Duration.between(actual, Instant.parse(started))
                                        .abs()
                                        .compareTo(CLOCK_TOLERANCE)
                                <= 0)
                        .orElse(false);
    }

    private static void end(ProcessHandle process) {
        try {
            process.onExit().get(LEFTOVERS_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.info("process {} of an earlier run did not end by itself", process.pid());
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("process {} of an earlier run can't be waited for", process.pid(), e);
        }
    }
}
