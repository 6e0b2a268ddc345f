package io.modelhub.local.platform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.test.Eventually;
import io.modelhub.topic.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real broker, registry and database of the local platform, started and ended as a user would. */
class LocalServersIT {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.USAGE.name(), 0);

    @TempDir
    private Path temporary;

    @Test
    void keepEverythingFromOneRunToTheNext() throws Exception {
        PlatformSettings settings = settings();
        int schemaId;
        try (LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            LocalServers servers = platform.startServers();
            schemaId = registerSchema(servers);
            writeRecord(servers);
            execute(servers, "CREATE TABLE kept (value text)");
            execute(servers, "INSERT INTO kept VALUES ('yes')");
        }
        assertThat(settings.data().resolve("processes.json")).doesNotExist();

        try (LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            LocalServers servers = platform.startServers();
            assertThat(get(servers.registry().url() + "/schemas/ids/" + schemaId))
                    .contains("record");
            assertThat(recordsWritten(servers)).isEqualTo(1);
            assertThat(query(servers, "SELECT value FROM kept")).isEqualTo("yes");
        }
    }

    @Test
    void areDurableAndPrivate() throws Exception {
        PlatformSettings settings = settings();
        try (LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            LocalServers servers = platform.startServers();
            assertThat(query(servers, "SHOW fsync")).isEqualTo("on");
            assertThat(query(servers, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(servers, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> DriverManager.getConnection(
                                    servers.database().jdbcUrl(),
                                    servers.database().user(),
                                    "a guess")
                            .close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(get(servers.registry().url() + "/config")).contains("FULL_TRANSITIVE");
            Path password = settings.data().resolve("secrets/database-password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void areNotStartedTwiceOnOneFolder() throws Exception {
        PlatformSettings settings = settings();
        try (LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            platform.startServers();
            PlatformSettings same = new PlatformSettings(settings.data(), true, Ports.free(), settings.distribution());
            try (LocalPlatform second = new LocalPlatform(same, line -> {})) {
                assertThatThrownBy(second::startServers)
                        .isInstanceOf(StartFailure.class)
                        .hasMessage(
                                "Another modelhub is running on %s: stop that one or choose another folder with --data."
                                        .formatted(settings.data()));
            }
            assertThat(query(platform.startedServers(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void sayWhichPortIsTaken() throws IOException {
        PlatformSettings settings = settings();
        int port = settings.ports().ingest();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
                LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            assertThat(other.isBound()).isTrue();
            assertThatThrownBy(platform::startServers)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageStartingWith(
                            "Port %d, which ingest-app needs, is taken by another process".formatted(port));
        }
        assertThat(settings.data().resolve("postgresql")).doesNotExist();
    }

    @Test
    void recoverFromKillingTheirParent() throws Exception {
        Path data = temporary.resolve("data");
        Process killed = startServersAlone(data);
        Map<String, ProcessHandle> left = processes(data);
        assertThat(left).containsOnlyKeys("local-app", "registry", "postgresql");

        ProcessHandle registry = requireNonNull(left.get("registry"));
        ProcessHandle postgres = requireNonNull(left.get("postgresql"));

        killed.destroyForcibly().waitFor();

        registry.onExit().get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(postgres.isAlive()).isTrue();
        PlatformSettings settings = new PlatformSettings(data, false, Ports.free(), Distribution.ofThisBuild());
        try (LocalPlatform platform = new LocalPlatform(settings, line -> {})) {
            LocalServers servers = platform.startServers();
            assertThat(postgres.isAlive()).isFalse();
            assertThat(query(servers, "SELECT 1")).isEqualTo("1");
        }
    }

    private PlatformSettings settings() {
        return new PlatformSettings(temporary.resolve("data"), false, Ports.free(), Distribution.ofThisBuild());
    }

    private static Process startServersAlone(Path data) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx256m",
                "-Dmodelhub.logs=" + data.resolve("logs"),
                ServersAlone.class.getName(),
                data.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(ServersAlone.READY)) {
                return process;
            }
        }
        throw new IllegalStateException("the servers did not start");
    }

    private static Map<String, ProcessHandle> processes(Path data) throws IOException {
        Map<String, ProcessHandle> processes = new HashMap<>();
        for (JsonNode entry :
                new ObjectMapper().readTree(data.resolve("processes.json").toFile())) {
            processes.put(
                    entry.path("role").asText(),
                    ProcessHandle.of(entry.path("pid").asLong()).orElseThrow());
        }
        return processes;
    }

    private static int registerSchema(LocalServers servers) throws IOException, InterruptedException {
        String body = "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"A\\\",\\\"fields\\\":[]}\"}";
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(servers.registry().url() + "/subjects/a-value/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(answer).path("id").asInt();
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void writeRecord(LocalServers servers) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", servers.broker().bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", "value"))
                    .get();
        }
    }

    private static long recordsWritten(LocalServers servers) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.broker().bootstrapServers()))) {
            return admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                    .partitionResult(PARTITION)
                    .get()
                    .offset();
        }
    }

    private static void execute(LocalServers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(LocalServers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static Connection connect(LocalServers servers) throws SQLException {
        Database database = servers.database();
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }
}
