package io.modelhub.aggregator;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.time.Instant;

/** Calls for tests. */
public final class Calls {

    private Calls() {}

    /** A call without tokens, to be completed. */
    public static ModelMetrics.Builder call() {
        return ModelMetrics.newBuilder()
                .setEventId("e-1")
                .setModel("openai/gpt-4o")
                .setTimestamp(Instant.parse("2026-11-23T10:00:00Z"))
                .setTokensInput(0)
                .setTokensOutput(0)
                .setStatus(CallStatus.Success);
    }
}
