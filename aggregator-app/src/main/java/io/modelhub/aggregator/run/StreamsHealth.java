package io.modelhub.aggregator.run;

import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up while Kafka Streams runs or rebalances its work; says in which state it is. */
final class StreamsHealth implements HealthIndicator {

    private final StreamsLifecycle lifecycle;
    private final boolean forLiveness;

    private StreamsHealth(StreamsLifecycle lifecycle, boolean forLiveness) {
        this.lifecycle = lifecycle;
        this.forLiveness = forLiveness;
    }

    /** Ready: it answers and works. */
    static StreamsHealth readiness(StreamsLifecycle lifecycle) {
        return new StreamsHealth(lifecycle, false);
    }

    /** Live: it works or may yet; a client that has failed does not come back without a restart. */
    static StreamsHealth liveness(StreamsLifecycle lifecycle) {
        return new StreamsHealth(lifecycle, true);
    }

    @Override
    public Health health() {
        String state =
                lifecycle.streams().map(KafkaStreams::state).map(Enum::name).orElse("WAITING_FOR_BROKER");
        boolean failed = state.equals("ERROR") || state.equals("PENDING_ERROR");
        boolean up = forLiveness ? !failed : state.equals("RUNNING");
        return (up ? Health.up() : Health.down()).withDetail("streams", state).build();
    }
}
