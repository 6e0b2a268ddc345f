package io.modelhub.aggregator;

import io.modelhub.test.Eventually;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The aggregator as it is shipped: a process of its executable jar, which can be killed. */
final class AggregatorProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final int port;

    private AggregatorProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static AggregatorProcess start(String bootstrapServers, String registryUrl, Path stateDir, Path log, String... more)
            throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("modelhub.test.jar"),
                "--server.port=" + port,
                "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                "--modelhub.schema-registry.url=" + registryUrl,
                "--modelhub.state-dir=" + stateDir));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new AggregatorProcess(process, port);
    }

    /** By which other instances know it. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** Status and body; status 0 where nobody answers. */
    String get(String path) throws InterruptedException {
        try {
            HttpResponse<String> response = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Eventually.PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "0 " + e;
        }
    }

    /** @param accept empty: the client doesn't say */
    HttpResponse<String> post(String path, String json, String accept) throws IOException, InterruptedException {
        return HTTP.send(posting(path, json, accept), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest posting(String path, String json, String accept) {
        HttpRequest.Builder request = asking(path, accept)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        return request.build();
    }

    HttpRequest.Builder asking(String path, String accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Eventually.PATIENCE);
        return accept.isEmpty() ? request : request.header("Accept", accept);
    }

    boolean isReady() throws InterruptedException {
        return get("/actuator/health/readiness").startsWith("200");
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As {@code kill}: it leaves in order. */
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
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
