package io.modelhub.aggregator.query;

import java.time.Duration;
import java.util.function.Function;

/** How a read of the state stores ends. */
public sealed interface StoreAnswer<T> {

    /** It was read. The value may be ahead of the last commit by what one commit writes: see docs/architecture.md. */
    record Found<T>(T value) implements StoreAnswer<T> {}

    /**
     * The stores can't be read now: the app starts, restores or rebalances.
     *
     * @param reason for people
     * @param retryAfter when to ask again
     */
    record NotReady<T>(String reason, Duration retryAfter) implements StoreAnswer<T> {}

    /** What is made of a value that was found. */
    default <R> StoreAnswer<R> map(Function<T, R> next) {
        return flatMap(value -> new Found<>(next.apply(value)));
    }

    /** Another read, with a value that was found. */
    default <R> StoreAnswer<R> flatMap(Function<T, StoreAnswer<R>> next) {
        if (this instanceof NotReady<T> notReady) {
            return new NotReady<>(notReady.reason(), notReady.retryAfter());
        }
        return next.apply(((Found<T>) this).value());
    }
}
