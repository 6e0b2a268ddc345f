package io.modelhub.aggregator.quota;

import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.jspecify.annotations.Nullable;

/**
 * How often limits were reached, and how many US dollars were spent past them before that could be read. Metrics of Kafka
 * Streams, by task: {@code breaches-total}, {@code overshoot-usd-total}, {@code overshoot-usd-max} in the group
 * {@code modelhub-quota}. For people; the exact amounts are in the records.
 */
final class OvershootMeter {

    private static final String GROUP = "modelhub-quota";

    private final Sensor breaches;
    private final Sensor overshoot;

    OvershootMeter(ProcessingContext context) {
        Map<String, String> task = Map.of("task-id", context.taskId().toString());
        breaches = sensor(context, "breaches");
        breaches.add(new MetricName("breaches-total", GROUP, "limits reached by spend", task), new CumulativeCount());
        overshoot = sensor(context, "overshoot");
        overshoot.add(
                new MetricName("overshoot-usd-total", GROUP, "US dollars spent past limits before it was known", task),
                new CumulativeSum());
        overshoot.add(
                new MetricName("overshoot-usd-max", GROUP, "the most that was added to one breach lately", task),
                new Max());
    }

    private static Sensor sensor(ProcessingContext context, String name) {
        return context.metrics().addSensor("quota-" + name + "-" + context.taskId(), Sensor.RecordingLevel.INFO);
    }

    void record(QuotaState.Step step) {
        if (step.changes().isEmpty() && step.state().enabled()) {
            return; // Nearly every step, and no limit is reached in it.
        }
        step.changes().stream()
                .filter(change -> change instanceof QuotaChange.Disabled disabled
                        && disabled.reason() == QuotaChange.Reason.LIMIT_REACHED)
                .forEach(reached -> breaches.record());
        Stream.of(
                        growth(step.before().day(), step.state().day()),
                        growth(step.before().month(), step.state().month()))
                .filter(grown -> grown.signum() > 0)
                .forEach(grown -> overshoot.record(grown.doubleValue()));
    }

    private static BigDecimal growth(PeriodSpend before, PeriodSpend after) {
        boolean same = before.period().equals(after.period());
        return orZero(after.overshoot()).subtract(same ? orZero(before.overshoot()) : BigDecimal.ZERO);
    }

    private static BigDecimal orZero(@Nullable BigDecimal amount) {
        return amount == null ? BigDecimal.ZERO : amount;
    }
}
