package io.modelhub.catalog.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How far the topics are behind the database: in the health, and as gauges. Ready while a relay can do its work. */
@Component("outboxHealthIndicator")
final class OutboxHealth implements HealthIndicator, MeterBinder {

    private static final String WAITING = "SELECT count(*) FROM outbox";
    private static final String OLDEST_SECONDS =
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(written_at)), 0) FROM outbox";

    private final OutboxRelay relay;
    private final JdbcClient jdbc;

    OutboxHealth(OutboxRelay relay, JdbcClient jdbc) {
        this.relay = relay;
        this.jdbc = jdbc;
    }

    @Override
    public Health health() {
        OutboxRelay.State state = relay.state();
        Health.Builder health = switch (state.phase()) {
            case RELAYING, STANDBY -> Health.up();
            case STARTING, PAUSED -> Health.outOfService();
        };
        health.withDetail("relay", state.phase());
        if (state.reason() != null) {
            health.withDetail("waiting_for", state.reason());
        }
        return health.withDetail("waiting_records", (long) waitingRecords())
                .withDetail("oldest_seconds", oldestSeconds())
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("modelhub.outbox.lag.records", this, OutboxHealth::waitingRecords)
                .description("Committed records that are not yet on their topics")
                .register(registry);
        Gauge.builder("modelhub.outbox.lag", this, OutboxHealth::oldestSeconds)
                .description("Age of the oldest committed record that is not yet on its topic")
                .baseUnit("seconds")
                .register(registry);
    }

    private double waitingRecords() {
        return jdbc.sql(WAITING).query(Long.class).single();
    }

    private double oldestSeconds() {
        return jdbc.sql(OLDEST_SECONDS).query(Double.class).single();
    }
}
