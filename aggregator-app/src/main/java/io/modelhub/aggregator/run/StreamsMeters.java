package io.modelhub.aggregator.run;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.stream.DoubleStream;

/**
 * What tasks count as metrics of Kafka Streams, for {@code /actuator/metrics}: the sum of what they counted in this process, or the most.
 * Where a task goes to another instance, that one counts on from 0: add up the instances.
 */
final class StreamsMeters implements MeterBinder {

    private final StreamsLifecycle lifecycle;

    StreamsMeters(StreamsLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter("modelhub.usage.duplicates", "duplicates-total", "Calls that were counted before")
                .register(registry);
        counter("modelhub.usage.rejected", "rejected-total", "Records that were put onto modelhub.usage.rejected")
                .register(registry);
        counter(
                        "modelhub.usage.organization.mismatches",
                        "organization-mismatch-total",
                        "Calls that say another organization than their API key's")
                .register(registry);
        counter("modelhub.quota.breaches", "breaches-total", "Limits that were reached by spend")
                .register(registry);
        counter("modelhub.quota.overshoot", "overshoot-usd-total", "Spend past limits before it was known")
                .baseUnit("usd")
                .register(registry);
        Gauge.builder(
                        "modelhub.quota.overshoot.max",
                        this,
                        meters -> meters.byTask("overshoot-usd-max").max().orElse(0))
                .description("The most that was spent past one limit at once, lately")
                .baseUnit("usd")
                .register(registry);
        Gauge.builder("modelhub.usage.lag.records", lifecycle, StreamsLifecycle::lag)
                .description("Records of modelhub.usage that are still to be counted")
                .register(registry);
        Gauge.builder("modelhub.restoring.records", lifecycle, StreamsLifecycle::restoring)
                .description("Records of changelogs that are still to be restored")
                .register(registry);
    }

    private FunctionCounter.Builder<StreamsMeters> counter(String name, String metric, String description) {
        return FunctionCounter.builder(
                        name, this, meters -> meters.byTask(metric).sum())
                .description(description);
    }

    private DoubleStream byTask(String metric) {
        return lifecycle.metrics(one -> one.name().equals(metric));
    }
}
