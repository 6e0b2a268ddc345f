package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.StoreAnswer;
import java.time.Duration;

/** From the answers of the stores to those of HTTP. */
final class Answers {

    private Answers() {}

    /** @throws NotReadyException becomes 503 with Retry-After */
    static <T> T found(StoreAnswer<T> answer) {
        if (answer instanceof StoreAnswer.Found<T> found) {
            return found.value();
        }
        StoreAnswer.NotReady<T> notReady = (StoreAnswer.NotReady<T>) answer;
        throw new NotReadyException(notReady.reason(), notReady.retryAfter());
    }

    /** The stores can't be read now. */
    static final class NotReadyException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        NotReadyException(String reason, Duration retryAfter) {
            super(reason);
            this.retryAfter = retryAfter;
        }

        Duration retryAfter() {
            return retryAfter;
        }
    }
}
