package io.modelhub.local.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real schema registry (Apicurio) in a child process, with its schemas in a file of the data folder. */
final class Registry implements AutoCloseable {

    static final String NAME = "registry";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final DataFolder folder;
    private final ChildServer server;
    private final String url;

    /** A registry that is not started yet. */
    Registry(DataFolder folder, PlatformSettings settings, ProcessList processes, Progress progress) {
        int port = settings.ports().registry();
        Child.Command command = new Child.Command(
                NAME,
                settings.distribution().registry(),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(),
                Map.of(
                        "QUARKUS_HTTP_HOST",
                        Ports.HOST,
                        "QUARKUS_HTTP_PORT",
                        Integer.toString(port),
                        "QUARKUS_LOG_LEVEL",
                        "WARN",
                        "APICURIO_DATASOURCE_URL",
                        "jdbc:h2:file:" + folder.place(NAME).resolve("schemas")));
        this.folder = folder;
        this.url = settings.ports().registryUrl();
        this.server = new ChildServer(
                command,
                settings.distribution().childAgent(),
                folder.log(NAME),
                URI.create(url + "/subjects"),
                processes,
                progress);
    }

    /**
     * Starts it, ready to refuse whatever is not FULL_TRANSITIVE-compatible.
     *
     * @throws StartFailure it can't start
     */
    void start() throws IOException, InterruptedException {
        folder.stateSinceFirstStart(NAME);
        server.start();
        requireFullCompatibility();
        folder.firstStartDone(NAME);
    }

    private void requireFullCompatibility() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/config"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"FULL_TRANSITIVE\"}"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new StartFailure("The registry refuses FULL_TRANSITIVE compatibility: " + answer.body());
        }
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        server.close();
    }
}
