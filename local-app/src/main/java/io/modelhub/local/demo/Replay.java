package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.StartFailure;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends events through ingest-app, in batches, a few at a time. A batch that is not answered is sent again with the same
 * identifiers, so an event counts once however often it was sent. Its counters can be read while it runs.
 */
final class Replay {

    /** Large enough to be quick, small enough that progress is seen. */
    private static final int BATCH = 500;

    private static final int BATCHES_UNDERWAY = 4;
    private static final int NAMED_PROBLEMS = 5;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NDJSON = "application/x-ndjson";

    private final JsonApi ingest;
    private final @Nullable Double speed;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final List<String> problems = new ArrayList<>();

    /** @param speed times the pace at which the calls were made; null: as fast as they are taken */
    Replay(JsonApi ingest, @Nullable Double speed) {
        this.ingest = ingest;
        this.speed = speed;
    }

    long sent() {
        return sent.get();
    }

    long accepted() {
        return accepted.get();
    }

    long rejected() {
        return rejected.get();
    }

    /** The first of the problems that ingest-app named, by the events' places in their source. */
    List<String> problems() {
        synchronized (problems) {
            return List.copyOf(problems);
        }
    }

    /**
     * Sends all events and returns when each is accepted or rejected.
     *
     * @throws StartFailure ingest-app doesn't take them
     */
    void send(Stream<OutgoingEvent> events) throws InterruptedException {
        ExecutorService senders = Executors.newFixedThreadPool(BATCHES_UNDERWAY, work -> {
            Thread thread = new Thread(work, "replay-sender");
            thread.setDaemon(true);
            return thread;
        });
        Semaphore underway = new Semaphore(BATCHES_UNDERWAY);
        List<CompletableFuture<?>> failed = new ArrayList<>();
        try {
            Pace pace = new Pace(speed);
            Iterator<OutgoingEvent> source = events.iterator();
            List<OutgoingEvent> batch = new ArrayList<>();
            while (source.hasNext()) {
                OutgoingEvent event = source.next();
                if (batch.size() == BATCH || (!batch.isEmpty() && !pace.isDue(event))) {
                    dispatch(batch, senders, underway, failed);
                    batch = new ArrayList<>();
                }
                pace.await(event);
                batch.add(event);
            }
            dispatch(batch, senders, underway, failed);
            underway.acquire(BATCHES_UNDERWAY);
            requireNoFailure(failed);
        } finally {
            senders.shutdownNow();
        }
    }

    private void dispatch(
            List<OutgoingEvent> batch, ExecutorService senders, Semaphore underway, List<CompletableFuture<?>> failed)
            throws InterruptedException {
        underway.acquire();
        requireNoFailure(failed);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(batch), senders);
        var unused = sending.whenComplete((done, failure) -> {
            if (failure != null) {
                synchronized (failed) {
                    failed.add(sending);
                }
            }
            underway.release();
        });
    }

    private static void requireNoFailure(List<CompletableFuture<?>> failed) throws InterruptedException {
        synchronized (failed) {
            for (CompletableFuture<?> sending : failed) {
                try {
                    sending.get();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof StartFailure failure
                            ? failure
                            : new StartFailure("Sending failed: %s.".formatted(e.getCause()), e);
                }
            }
        }
    }

    private void send(List<OutgoingEvent> batch) {
        if (batch.isEmpty()) {
            return;
        }
        String body = batch.stream().map(OutgoingEvent::json).collect(Collectors.joining("\n"));
        sent.addAndGet(batch.size());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                JsonApi.Answer answer = ingest.post("/v1/usage", NDJSON, HttpRequest.BodyPublishers.ofString(body));
                if (answer instanceof JsonApi.Answer.Given given) {
                    count(given, batch);
                    return;
                }
                if (System.nanoTime() > deadline) {
                    throw new StartFailure("ingest-app took nothing for %d s: %s."
                            .formatted(PATIENCE.toSeconds(), ((JsonApi.Answer.NotNow) answer).reason()));
                }
                Thread.sleep(RETRY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Sending was interrupted.", e);
        }
    }

    /** Taken in part or whole (202), or not one event of it (422). */
    private void count(JsonApi.Answer.Given answer, List<OutgoingEvent> batch) {
        if (!answer.body().has("accepted")) {
            throw new StartFailure("ingest-app refuses the events of this trace: %s."
                    .formatted(answer.body().path("detail").asText("HTTP " + answer.status())));
        }
        accepted.addAndGet(answer.body().path("accepted").asLong());
        rejected.addAndGet(answer.body().path("rejected").asLong());
        synchronized (problems) {
            for (JsonNode problem : answer.body().path("problems")) {
                if (problems.size() < NAMED_PROBLEMS) {
                    problems.add("event %d: %s (%s)"
                            .formatted(
                                    batch.get(problem.path("index").asInt()).place(),
                                    problem.path("message").asText(),
                                    problem.path("code").asText()));
                }
            }
        }
    }

    /** When each call is to be sent, so that calls follow each other as they were made, only faster. */
    private static final class Pace {

        private final @Nullable Double speed;
        private final long began = System.nanoTime();
        private @Nullable Instant first;

        Pace(@Nullable Double speed) {
            this.speed = speed;
        }

        boolean isDue(OutgoingEvent event) {
            return nanosUntilDue(event) <= 0;
        }

        void await(OutgoingEvent event) throws InterruptedException {
            long nanos = nanosUntilDue(event);
            if (nanos > 0) {
                Thread.sleep(Duration.ofNanos(nanos).toMillis());
            }
        }

        private long nanosUntilDue(OutgoingEvent event) {
            if (speed == null) {
                return 0;
            }
            if (first == null) {
                first = event.time();
            }
            double sinceFirst = Duration.between(first, event.time()).toNanos() / speed;
            return (long) sinceFirst - (System.nanoTime() - began);
        }
    }
}
