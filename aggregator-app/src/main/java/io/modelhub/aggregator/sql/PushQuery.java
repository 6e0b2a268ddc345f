package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.Change;
import io.modelhub.aggregator.changes.PositionLostException;
import io.modelhub.aggregator.changes.Reading;
import io.modelhub.aggregator.changes.TopicPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one client asked for, as they come: each once, in the order of each partition of the topic. One that begins in the
 * past reads by itself, as fast as its client, until it has caught up, and then listens with the others. For one thread; another may
 * end it.
 */
public final class PushQuery implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** So close to the end a query listens already, and reads the rest while what comes waits. */
    private static final long NEAR = 1_000;

    /** How a query goes on. */
    public sealed interface Next {}

    /**
     * Rows; none where it only tells how far the topic was read.
     *
     * @param rows JSON arrays
     * @param tokens to go on after each row
     * @param token to go on after all of them, and after what did not pass
     */
    public record Rows(List<byte[]> rows, Tokens tokens, String token) implements Next {}

    /** Tokens of rows by their number, made only where they are wanted; rising numbers alone. */
    public interface Tokens {
        String after(int row);
    }

    /** All rows that were asked for came. */
    public record LimitReached() implements Next {}

    /** Somebody asked to close it. */
    public record Closed() implements Next {}

    /**
     * It can't go on.
     *
     * @param token to go on with another query
     */
    public record Failed(StatementException reason, String token) implements Next {}

    private final String id;
    private final List<SqlAnswer.Column> columns;
    private final Feed<?> feed;
    private final Runnable whenClosed;
    private final Subscription subscription;
    private Yielding.@Nullable Turn turn;
    private @Nullable Replay replay;
    private TopicPosition position;
    private long left;
    private volatile boolean closedOnRequest;
    private boolean closed;

    /**
     * Where its changes come from.
     *
     * @param mostBytes that may wait for its client
     */
    record Feed<V>(ChangeStream<V> stream, ChangeQuestion question, long mostBytes) {

        PushToken token(TopicPosition position) {
            return new PushToken(question.scan().store().name(), position);
        }
    }

    /** Reading on from where nobody listened. */
    private final class Replay {

        private final Reading reading;
        private final ChangeQuestion.Asked asked;

        /** Where listening began; null while it hasn't. */
        private @Nullable TopicPosition heardFrom;

        Replay(Reading reading) {
            this.reading = reading;
            this.asked = feed.stream.asked(feed.question);
        }

        Subscription.Batch next() {
            List<Change> passed = new ArrayList<>();
            for (ChangedRow row : feed.stream.rows(reading.next(POLL))) {
                Change change = asked.of(row);
                if (change != null) {
                    passed.add(change);
                }
            }
            if (heardFrom == null && reading.lag() < NEAR) {
                heardFrom = feed.stream.join(feed.question, subscription);
            }
            TopicPosition read = reading.position();
            if (heardFrom != null && read.reaches(heardFrom)) {
                reading.close();
                replay = null;
            }
            return new Subscription.Batch(passed, read);
        }
    }

    /**
     * @param from where it begins; null: now
     * @param whenClosed is run once
     */
    PushQuery(
            String id,
            List<SqlAnswer.Column> columns,
            OptionalLong limit,
            Feed<?> feed,
            @Nullable Reading from,
            Runnable whenClosed) {
        this.id = id;
        this.columns = columns;
        this.left = limit.orElse(Long.MAX_VALUE);
        this.feed = feed;
        this.whenClosed = whenClosed;
        this.subscription = new Subscription(feed.mostBytes);
        if (from == null) {
            this.position = feed.stream.join(feed.question, subscription);
        } else {
            this.position = from.position();
            this.replay = new Replay(from);
        }
    }

    public String id() {
        return id;
    }

    public List<SqlAnswer.Column> columns() {
        return columns;
    }

    /** To begin where this query stands. */
    public String token() {
        return feed.token(position).toString();
    }

    /** Waits for what comes next. After anything but rows nothing comes. */
    public Next next() throws InterruptedException {
        if (left == 0) {
            return new LimitReached();
        }
        try {
            Yielding.Turn here = noted();
            if (replay == null) {
                subscription.check();
                return rows(subscription.take());
            }
            here.rest(subscription::isOpen);
            subscription.check();
            return rows(replay.next());
        } catch (StatementException e) {
            return closedOnRequest ? new Closed() : failed(e);
        } catch (RuntimeException e) {
            return failed(refusal(e));
        }
    }

    /** The turn of this query's thread, with what it wrote since the last rows. */
    private Yielding.Turn noted() {
        if (turn == null) {
            turn = feed.stream.yielding().turn();
        } else {
            turn.note();
        }
        return turn;
    }

    /**
     * What a client is told.
     *
     * @throws RuntimeException it is a fault of ours, and passed on
     */
    static StatementException refusal(RuntimeException failure) {
        if (failure instanceof PositionLostException) {
            return StatementException.badRequest(
                    "changes after the token are no longer kept (%s); begin without it, or with %s=earliest"
                            .formatted(failure.getMessage(), PushQueries.OFFSET_RESET));
        }
        if (failure instanceof KafkaException) {
            return new StatementException(
                    StatementException.Code.NOT_READY, "changes can't be read now: " + failure.getMessage());
        }
        return SqlEngine.refusal(failure);
    }

    private Failed failed(StatementException e) {
        return new Failed(e, token());
    }

    private Rows rows(Subscription.Batch batch) {
        TopicPosition before = position;
        List<Change> changes = new ArrayList<>();
        for (Change change : batch.changes()) {
            if (left > 0 && before.isBefore(change)) { // Else it was read before it was heard.
                changes.add(change);
                left--;
            }
        }
        Tokens tokens = new Tokens() {
            private TopicPosition reached = before;
            private int next;

            @Override
            public String after(int row) {
                while (next <= row) {
                    reached = reached.after(changes.get(next++));
                }
                return feed.token(reached).toString();
            }
        };
        if (left > 0) {
            position = before.furthest(batch.position());
        } else {
            changes.forEach(change -> position = position.after(change));
        }
        return new Rows(changes.stream().map(Change::bytes).toList(), tokens, token());
    }

    /** Closes it for its client. For any thread. */
    void closeOnRequest() {
        closedOnRequest = true;
        end(StatementException.bad("the query was closed"));
    }

    /** Ends it; its client is told why. For any thread. */
    void end(StatementException reason) {
        subscription.endWith(reason);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        feed.stream.leave(feed.question, subscription);
        if (replay != null) {
            replay.reading.close();
        }
        whenClosed.run();
    }
}
