package io.modelhub.local.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A server in a child process. Once it was ready, its end is no reason to give up: it is started again, after a pause that
 * doubles while it doesn't come up, until it is closed.
 */
final class ChildServer implements AutoCloseable {

    /**
     * Bounds a hang: on two slow cores three apps start side by side for minutes. That a child has ended is noticed at once.
     */
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Child.Command command;
    private final Path agent;
    private final Path log;
    private final URI ready;
    private final ProcessList processes;
    private final Progress progress;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ExecutorService restarts;

    private @Nullable Child child;
    private boolean closed;

    /**
     * @param ready answers 200 once the server can do its work
     */
    ChildServer(Child.Command command, Path agent, Path log, URI ready, ProcessList processes, Progress progress) {
        this.command = command;
        this.agent = agent;
        this.log = log;
        this.ready = ready;
        this.processes = processes;
        this.progress = progress;
        this.restarts = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "restart-" + command.role());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @throws StartFailure it ended before, or is not ready in time
     */
    void start() throws InterruptedException {
        Child started = launch();
        if (started == null) {
            return;
        }
        awaitReady(started);
        startAgainAfter(started);
    }

    /** Null after {@link #close}: nothing is started any more. */
    private synchronized @Nullable Child launch() {
        if (closed) {
            return null;
        }
        Child started = Child.start(command, agent, log);
        child = started;
        processes.add(command.role(), started.handle());
        return started;
    }

    private void awaitReady(Child started) throws InterruptedException {
        HttpRequest question =
                HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (!started.isAlive()) {
                throw new StartFailure(started.endDescription());
            }
            if (answersOk(question)) {
                return;
            }
            Thread.sleep(POLL.toMillis());
        }
        throw new StartFailure("%s was not ready within %d s; its log is %s."
                .formatted(command.role(), READY_WITHIN.toSeconds(), log));
    }

    private boolean answersOk(HttpRequest question) throws InterruptedException {
        try {
            return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // Not listening yet.
        }
    }

    private void startAgainAfter(Child running) {
        var unused = running.onEnd().thenAcceptAsync(this::startAgain, unlessClosed());
    }

    private Executor unlessClosed() {
        return work -> {
            synchronized (this) {
                if (!closed) {
                    restarts.execute(work);
                }
            }
        };
    }

    private void startAgain(Child ended) {
        progress.say("%s (process %d) ended with exit code %d; starting it again"
                .formatted(command.role(), ended.handle().pid(), ended.exitCode()));
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                Thread.sleep(pause.toMillis());
                Child started = launch();
                if (started == null) {
                    return;
                }
                try {
                    awaitReady(started);
                    progress.say("%s is ready again (process %d)"
                            .formatted(command.role(), started.handle().pid()));
                    startAgainAfter(started);
                    return;
                } catch (StartFailure e) {
                    started.close();
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                    progress.say("%s; trying again in %d s".formatted(e.sentence(), pause.toSeconds()));
                }
            }
        } catch (InterruptedException e) {
            // Closed meanwhile.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Child last;
        synchronized (this) {
            closed = true;
            restarts.shutdownNow();
            last = child;
        }
        if (last != null) {
            last.close();
        }
    }
}
