package io.modelhub.aggregator.topology;

import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * How many usage records were something else than one more call. Metrics of Kafka Streams, by task, in the group {@code
 * stream-usage-metrics}: {@code duplicates-total}, {@code rejected-total}, {@code organization-mismatch-total}, and the same with
 * {@code -rate}.
 */
final class UsageMeter {

    private final Sensor duplicates;
    private final Sensor rejected;
    private final Sensor mismatches;

    UsageMeter(ProcessingContext context) {
        duplicates = sensor(context, "duplicates");
        rejected = sensor(context, "rejected");
        mismatches = sensor(context, "organization-mismatch");
    }

    private static Sensor sensor(ProcessingContext context, String name) {
        return context.metrics()
                .addRateTotalSensor("usage", context.taskId().toString(), name, Sensor.RecordingLevel.INFO);
    }

    /** A call that was counted before. */
    void duplicate() {
        duplicates.record();
    }

    /** A record that is on {@code modelhub.usage.rejected} now. */
    void rejected() {
        rejected.record();
    }

    /** A call that says another organization than its API key's, for which it is counted. */
    void mismatch() {
        mismatches.record();
    }
}
