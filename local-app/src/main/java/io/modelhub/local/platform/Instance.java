package io.modelhub.local.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A server of a {@link Cluster}: one process after the other on the same state, none of which is started by itself. */
public final class Instance {

    private static final Duration POLL = Duration.ofMillis(50);

    /** On a busy machine, with a large state to restore. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    /** How to run one process of it. */
    record Run(Child.Command command, Readiness readiness) {}

    /** Whether the process can do its work now. */
    @FunctionalInterface
    interface Readiness {
        boolean isThere() throws InterruptedException;
    }

    private final String role;
    private final Path agent;
    private final DataFolder folder;

    /** By the number of the process, from 1: each may have another port. */
    private final IntFunction<Run> runs;

    private int processes;
    private @Nullable Run run;
    private @Nullable Child child;

    Instance(String role, Path agent, DataFolder folder, IntFunction<Run> runs) {
        this.role = role;
        this.agent = agent;
        this.folder = folder;
        this.runs = runs;
    }

    public String role() {
        return role;
    }

    /** Starts a process; it is not ready yet. */
    public synchronized void start() {
        if (isAlive()) {
            throw new IllegalStateException(role + " is running");
        }
        processes++;
        Run next = runs.apply(processes);
        run = next;
        child = Child.start(next.command(), agent, folder.log(role + "." + processes));
    }

    public synchronized boolean isAlive() {
        return child != null && child.isAlive();
    }

    public boolean isReady() throws InterruptedException {
        Run current;
        synchronized (this) {
            if (run == null || !isAlive()) {
                return false;
            }
            current = run;
        }
        return current.readiness().isThere();
    }

    /** @throws StartFailure it ended instead, or is not ready in minutes */
    public void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!isReady()) {
            if (!isAlive()) {
                throw new StartFailure(endDescription());
            }
            if (System.nanoTime() > deadline) {
                throw new StartFailure("%s was not ready within %d s; its logs are in %s."
                        .formatted(role, READY_WITHIN.toSeconds(), folder.logs()));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private synchronized String endDescription() {
        return child == null ? role + " was not started." : child.endDescription();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        Child killed = current();
        if (killed != null) {
            killed.kill();
        }
    }

    /** As {@code kill}: it may end in order. */
    public void stop() {
        Child stopped = current();
        if (stopped != null) {
            stopped.close();
        }
    }

    private synchronized @Nullable Child current() {
        return child;
    }

    /** Deletes what it keeps on the disk, while it doesn't run. */
    public void loseState() {
        if (isAlive()) {
            throw new IllegalStateException(role + " is running");
        }
        try {
            folder.delete(role);
        } catch (IOException e) {
            throw new StartFailure("The state of %s can't be deleted.".formatted(role), e);
        }
    }
}
