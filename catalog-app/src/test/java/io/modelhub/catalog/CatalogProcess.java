package io.modelhub.catalog;

import io.modelhub.test.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The catalog as it is shipped: a process of its executable jar, which can be killed. */
final class CatalogProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final int port;

    private CatalogProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static CatalogProcess serving(List<String> settings, Path log) throws IOException {
        int port = freePort();
        List<String> arguments = new ArrayList<>(settings);
        arguments.add("--server.port=" + port);
        return new CatalogProcess(start(arguments, ProcessBuilder.Redirect.appendTo(log.toFile())), port);
    }

    /** Standard output is left to the caller to read. */
    static Process running(String command, List<String> settings, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(settings);
        arguments.addAll(List.of(more));
        return start(arguments, ProcessBuilder.Redirect.PIPE);
    }

    private static Process start(List<String> arguments, ProcessBuilder.Redirect out) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("modelhub.test.jar")));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The status; 0 while it does not answer. */
    int post(String path, String json) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Eventually.PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(json))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
