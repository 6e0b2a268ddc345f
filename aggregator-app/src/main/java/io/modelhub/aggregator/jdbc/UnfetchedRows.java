package io.modelhub.aggregator.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows that clients have asked for and not taken yet: so many at most over all clients, and given up when nobody takes any of a
 * statement's for a while.
 */
final class UnfetchedRows {

    static final Duration IDLE = Duration.ofMinutes(1);

    private static final class Answer {

        private final List<List<@Nullable Object>> rows;
        private Instant touched;

        Answer(List<List<@Nullable Object>> rows, Instant touched) {
            this.rows = rows;
            this.touched = touched;
        }
    }

    private final int most;
    private final Clock clock;
    private final Map<StatementKey, Answer> answers = new HashMap<>();
    private int kept;

    /** @param most rows over all statements */
    UnfetchedRows(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Keeps the rows of a statement, in the place of earlier ones; false where there is no room for them. */
    synchronized boolean keep(StatementKey statement, List<List<@Nullable Object>> rows) {
        forgetIdle();
        forget(statement);
        if (kept + rows.size() > most) {
            return false;
        }
        kept += rows.size();
        answers.put(statement, new Answer(rows, clock.instant()));
        forgetLater();
        return true;
    }

    /** The rows of a statement from an offset on; empty where they are not kept, or not any more. */
    synchronized Optional<List<List<@Nullable Object>>> from(StatementKey statement, long offset) {
        forgetIdle();
        Answer answer = answers.get(statement);
        if (answer == null || offset < 0 || offset > answer.rows.size()) {
            return Optional.empty();
        }
        answer.touched = clock.instant();
        return Optional.of(answer.rows.subList((int) offset, answer.rows.size()));
    }

    synchronized void forget(StatementKey statement) {
        forgetIf(statement::equals);
    }

    synchronized void forgetConnection(String connection) {
        forgetIf(statement -> statement.connection().equals(connection));
    }

    private void forgetIf(Predicate<StatementKey> which) {
        answers.keySet().removeIf(statement -> {
            Answer answer = answers.get(statement);
            if (answer != null && which.test(statement)) {
                kept -= answer.rows.size();
                return true;
            }
            return false;
        });
    }

    synchronized void forgetIdle() {
        Instant before = clock.instant().minus(IDLE);
        forgetIf(statement -> {
            Answer answer = answers.get(statement);
            return answer != null && answer.touched.isBefore(before);
        });
    }

    /** Memory is given back although no other client may ever come. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void forgetLater() {
        CompletableFuture.delayedExecutor(IDLE.toMillis() + 1, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    synchronized (this) {
                        forgetIdle();
                        if (!answers.isEmpty()) {
                            forgetLater();
                        }
                    }
                });
    }
}
