package io.modelhub.test;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A real broker of its own for a test: embedded, or in a container with {@code -Dmodelhub.test.containers=true}. Transactions
 * work; topics that nobody created do not come into being by themselves.
 */
public final class KafkaForTests implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
            "auto.create.topics.enable", "false",
            "offsets.topic.num.partitions", "1",
            "offsets.topic.replication.factor", "1",
            "transaction.state.log.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "add.partitions.to.txn.retry.backoff.ms", "2",
            "group.initial.rebalance.delay.ms", "0",
            "group.streams.initial.rebalance.delay.ms", "0");

    private final String bootstrapServers;
    private final AutoCloseable server;

    private KafkaForTests(String bootstrapServers, AutoCloseable server) {
        this.bootstrapServers = bootstrapServers;
        this.server = server;
    }

    /** Starts a broker without topics. */
    public static KafkaForTests start() {
        return start(Map.of());
    }

    /**
     * Starts a broker without topics.
     *
     * @param more settings of the broker
     */
    public static KafkaForTests start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        return Containers.wanted() ? inContainer(settings) : embedded(settings);
    }

    private static KafkaForTests embedded(Map<String, String> settings) {
        EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperties(settings);
        broker.afterPropertiesSet();
        return new KafkaForTests(broker.getBrokersAsString(), broker::destroy);
    }

    private static KafkaForTests inContainer(Map<String, String> settings) {
        KafkaContainer container = new KafkaContainer("apache/kafka:4.2.1");
        settings.forEach((key, value) ->
                container.withEnv("KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        container.start();
        return new KafkaForTests(container.getBootstrapServers(), container);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** An admin client; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    @Override
    public void close() {
        Closing.close(server);
    }
}
