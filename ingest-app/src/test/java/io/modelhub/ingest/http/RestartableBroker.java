package io.modelhub.ingest.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A real broker that can be away for a while: it comes back on the same port, with what it had. */
final class RestartableBroker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";

    private final Path folder;
    private final String address;
    private final String controllerAddress;
    private @Nullable KafkaRaftServer server;

    RestartableBroker(Path folder) throws Exception {
        this.folder = folder;
        this.address = "127.0.0.1:" + freePort();
        this.controllerAddress = "127.0.0.1:" + freePort();
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName(CONTROLLER)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    String bootstrapServers() {
        return address;
    }

    void start() {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "log.dirs",
                folder.toString(),
                "listeners",
                "PLAINTEXT://%s,%s://%s".formatted(address, CONTROLLER, controllerAddress),
                "controller.listener.names",
                CONTROLLER,
                "controller.quorum.voters",
                "1@" + controllerAddress,
                "listener.security.protocol.map",
                CONTROLLER + ":PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "auto.create.topics.enable",
                "false",
                "offsets.topic.replication.factor",
                "1"));
        KafkaRaftServer fresh = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        fresh.startup();
        server = fresh;
    }

    void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
