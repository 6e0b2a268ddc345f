package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.Change;
import io.modelhub.aggregator.changes.TopicPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Changes on their way to one reader. What waits is bounded: a reader that doesn't keep up is cut off, and whoever puts changes in
 * never waits. For any thread.
 */
final class Subscription {

    /** What a waiting change takes beside its bytes, about. */
    private static final int OVERHEAD = 64;

    /** @param position of the topic after them */
    record Batch(List<Change> changes, TopicPosition position) {}

    private final long mostBytes;
    private final Queue<Batch> waiting = new ArrayDeque<>();
    private long bytes;
    private @Nullable StatementException end;

    /** @param mostBytes that may wait */
    Subscription(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    synchronized void put(Batch batch) {
        if (end != null) {
            return;
        }
        bytes += size(batch);
        if (bytes > mostBytes) {
            endWith(new StatementException(
                    StatementException.Code.TOO_SLOW,
                    "more than %d bytes waited to be read; read faster, or ask for less".formatted(mostBytes)));
            return;
        }
        waiting.add(batch);
        notifyAll();
    }

    /** Ends it; what waits is dropped. */
    synchronized void endWith(StatementException reason) {
        if (end == null) {
            end = reason;
            waiting.clear();
            notifyAll();
        }
    }

    synchronized boolean isOpen() {
        return end == null;
    }

    /** @throws StatementException it was ended, and why */
    synchronized void check() {
        if (end != null) {
            throw end;
        }
    }

    /**
     * Waits for changes and takes all that there are.
     *
     * @throws StatementException it was ended, and why
     */
    synchronized Batch take() throws InterruptedException {
        while (waiting.isEmpty() && end == null) {
            wait();
        }
        check();
        List<Change> changes = new ArrayList<>();
        Batch last = waiting.remove();
        changes.addAll(last.changes);
        while (!waiting.isEmpty()) {
            last = waiting.remove();
            changes.addAll(last.changes);
        }
        bytes = 0;
        return new Batch(changes, last.position);
    }

    private static long size(Batch batch) {
        long size = OVERHEAD;
        for (Change change : batch.changes) {
            size += OVERHEAD + change.bytes().length;
        }
        return size;
    }
}
