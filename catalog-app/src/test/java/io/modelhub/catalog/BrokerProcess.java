package io.modelhub.catalog;

import io.modelhub.test.EndsWithParent;
import io.modelhub.test.Eventually;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/** A real broker in a process of its own, which can be killed and started again on the same port with the same records. */
final class BrokerProcess implements AutoCloseable {

    private final Path settings;
    private final String bootstrapServers;
    private Process process;

    private BrokerProcess(Path settings, String bootstrapServers, Process process) {
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
        this.process = process;
    }

    /** @param folder gets its records */
    static BrokerProcess start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        int controller = freePort();
        Path settings = Files.writeString(
                folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                log.dirs=%s
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                controller.quorum.voters=1@127.0.0.1:%3$d
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                auto.create.topics.enable=false
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(folder.resolve("records"), port, controller));
        int formatted = java(
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        settings.toString())
                .waitFor();
        if (formatted != 0) {
            throw new IOException("the broker's folder was not formatted: exit code " + formatted);
        }
        BrokerProcess broker =
                new BrokerProcess(settings, "127.0.0.1:" + port, java("kafka.Kafka", settings.toString()));
        broker.awaitReady();
        return broker;
    }

    private static Process java(String... mainAndArguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EndsWithParent.class.getName()));
        command.addAll(List.of(mainAndArguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + Eventually.PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get();
                    return;
                } catch (ExecutionException e) {
                    if (!process.isAlive() || System.nanoTime() > deadline) {
                        throw new IllegalStateException("the broker did not start", e);
                    }
                }
            }
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = java("kafka.Kafka", settings.toString());
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
