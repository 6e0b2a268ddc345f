package io.modelhub.local.platform;

import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real Kafka broker and its KRaft controller in this process, with every topic of the platform. */
final class Broker implements AutoCloseable {

    static final String NAME = "broker";

    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";

    /** What one node on one machine needs; everything else is Kafka's default. */
    private static final Map<String, String> ONE_NODE = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", Integer.toString(NODE)),
            Map.entry("controller.listener.names", CONTROLLER),
            Map.entry("listener.security.protocol.map", CONTROLLER + ":PLAINTEXT,PLAINTEXT:PLAINTEXT"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            // The transaction of a killed process ends at its own timeout, not up to ten seconds later.
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
            // A transaction that begins while the last one ends waits this long, by default ten times that.
            Map.entry("add.partitions.to.txn.retry.backoff.ms", "2"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            // Nobody else is about to join: a group starts working at once.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
            // 128 MiB of heap by default, for logs far larger than these.
            Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
            // As the operating system likes: a large message over the 100 KB that Kafka asks for stops and goes.
            Map.entry("socket.send.buffer.bytes", "-1"),
            Map.entry("socket.receive.buffer.bytes", "-1"),
            // There is no replica. And the operating system writes half a minute of records at once, which all else
            // waits for.
            Map.entry("log.flush.interval.ms", "1000"),
            Map.entry("log.flush.scheduler.interval.ms", "250"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private Broker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts the broker and makes sure that it has the platform's topics.
     *
     * @param onEnd called with a reason when the broker gives up, for example because its disk is full
     * @throws StartFailure it can't start
     */
    static Broker start(DataFolder folder, int port, Consumer<String> onEnd) {
        Path log = folder.log(LocalPlatform.LOG);
        onFatalError(reason -> onEnd.accept("The broker gave up: %s (see %s).".formatted(reason, log)));
        try {
            Path state = folder.stateSinceFirstStart(NAME);
            if (folder.isFirstStart(NAME)) {
                format(state);
                folder.firstStartDone(NAME);
            }
            String bootstrapServers = Ports.HOST + ":" + port;
            KafkaRaftServer server =
                    new KafkaRaftServer(KafkaConfig.fromProps(properties(state, bootstrapServers)), Time.SYSTEM);
            Broker broker = new Broker(server, bootstrapServers);
            server.startup();
            broker.createTopics();
            return broker;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("The broker's start was interrupted.", e);
        } catch (Exception e) { // The broker and its formatter declare no narrower one.
            throw new StartFailure("The broker did not start: %s (see %s).".formatted(e.getMessage(), log), e);
        }
    }

    /** Kafka would end this whole process; the platform ends itself, in order and with a reason. */
    private static void onFatalError(Consumer<String> onEnd) {
        Exit.Procedure end = (status, message) -> onEnd.accept(message == null ? "a fatal error" : message);
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
    }

    private static void format(Path state) throws Exception {
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE)
                .setDirectories(List.of(state.toString()))
                .setMetadataLogDirectory(state.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName(CONTROLLER)
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    private static Properties properties(Path state, String bootstrapServers) {
        String controller = Ports.HOST + ":" + Ports.freePort();
        Properties properties = new Properties();
        properties.putAll(ONE_NODE);
        properties.setProperty("log.dirs", state.toString());
        properties.setProperty(
                "listeners", "PLAINTEXT://%s,%s://%s".formatted(bootstrapServers, CONTROLLER, controller));
        properties.setProperty("advertised.listeners", "PLAINTEXT://" + bootstrapServers);
        properties.setProperty("controller.quorum.voters", NODE + "@" + controller);
        return properties;
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
