package io.modelhub.aggregator.run;

import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Live while Kafka Streams works or may yet; ready while it runs, its state is restored and it is not far behind. Says in which
 * state it is, how many partitions it works on, how many records of {@code modelhub.usage} it has still to count ({@code lag}) and how many of its changelogs
 * to restore ({@code restoring}).
 */
final class StreamsHealth implements HealthIndicator {

    private final StreamsLifecycle lifecycle;
    private final boolean forLiveness;
    private final long mostLag;

    private StreamsHealth(StreamsLifecycle lifecycle, boolean forLiveness, long mostLag) {
        this.lifecycle = lifecycle;
        this.forLiveness = forLiveness;
        this.mostLag = mostLag;
    }

    /**
     * Ready: it answers, and what it answers is not old.
     *
     * @param mostLag records by which it may be behind
     */
    static StreamsHealth readiness(StreamsLifecycle lifecycle, long mostLag) {
        return new StreamsHealth(lifecycle, false, mostLag);
    }

    /** Live: it works or may yet; a client that has failed does not come back without a restart. */
    static StreamsHealth liveness(StreamsLifecycle lifecycle) {
        return new StreamsHealth(lifecycle, true, Long.MAX_VALUE);
    }

    @Override
    public Health health() {
        Optional<KafkaStreams> streams = lifecycle.streams();
        String state = streams.map(KafkaStreams::state).map(Enum::name).orElse("WAITING_FOR_BROKER");
        if (forLiveness) {
            boolean failed = state.equals("ERROR") || state.equals("PENDING_ERROR");
            return (failed ? Health.down() : Health.up())
                    .withDetail("streams", state)
                    .build();
        }
        long lag = lifecycle.lag();
        boolean ready = state.equals("RUNNING") && lag <= mostLag;
        return (ready ? Health.up() : Health.down())
                .withDetail("streams", state)
                .withDetail("partitions", streams.map(StreamsHealth::partitions).orElse(0L))
                .withDetail("lag", lag)
                .withDetail("most_lag", mostLag)
                .withDetail("restoring", lifecycle.restoring())
                .build();
    }

    private static long partitions(KafkaStreams streams) {
        return streams.metadataForLocalThreads().stream()
                .mapToLong(thread -> thread.activeTasks().size())
                .sum();
    }
}
