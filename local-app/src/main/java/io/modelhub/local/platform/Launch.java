package io.modelhub.local.platform;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The steps of a start: some run side by side, and each is told to the user. */
final class Launch implements AutoCloseable {

    /** A silent start looks like a hanging one. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    /** A database or broker in the middle of its start is let finish, so that it can be stopped in order. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(60);

    /**
     * A part of the start.
     *
     * @param work is done when it returns
     */
    record Step(String name, Work work) {}

    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final Progress progress;
    private final long began = System.nanoTime();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "launch");
        thread.setDaemon(true);
        return thread;
    });

    Launch(Progress progress) {
        this.progress = progress;
    }

    /**
     * Runs steps side by side and returns when all are done.
     *
     * @throws StartFailure the first that failed says why
     * @throws InterruptedException closed meanwhile
     */
    void together(Step... steps) throws InterruptedException {
        CompletionService<String> completions = new ExecutorCompletionService<>(threads);
        Set<String> missing = new TreeSet<>();
        for (Step step : steps) {
            submit(completions, step);
            missing.add(step.name());
        }
        progress.say("starting " + String.join(", ", missing));
        while (!missing.isEmpty()) {
            Future<String> done = completions.poll(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS);
            if (done == null) {
                progress.say("  %5.1f s  still starting: %s".formatted(seconds(), String.join(", ", missing)));
            } else {
                String name = name(done);
                missing.remove(name);
                progress.say(String.format(Locale.ROOT, "  %5.1f s  %s is ready", seconds(), name));
            }
        }
    }

    private synchronized void submit(CompletionService<String> completions, Step step) throws InterruptedException {
        if (threads.isShutdown()) {
            throw new InterruptedException("closed while starting");
        }
        completions.submit(() -> {
            step.work().run();
            return step.name();
        });
    }

    private synchronized String name(Future<String> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (threads.isShutdown()) {
                throw new InterruptedException("closed while starting");
            }
            throw e.getCause() instanceof StartFailure failure
                    ? failure
                    : new StartFailure("The start failed: %s.".formatted(e.getCause()), e);
        }
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Lets nothing new begin. */
    synchronized void refuseMore() {
        threads.shutdown();
    }

    /** Lets nothing new begin and waits for what has begun. */
    @Override
    public void close() {
        refuseMore();
        try {
            threads.awaitTermination(LAST_STEPS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
