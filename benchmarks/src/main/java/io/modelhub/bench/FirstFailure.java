package io.modelhub.bench;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Keeps what went wrong first among many sends; for any thread. */
final class FirstFailure implements Callback {

    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    @Override
    public void onCompletion(@Nullable RecordMetadata written, @Nullable Exception failed) {
        if (failed != null) {
            failure.compareAndSet(null, failed);
        }
    }

    /** Empty where nothing went wrong so far. */
    Optional<Exception> get() {
        return Optional.ofNullable(failure.get());
    }
}
