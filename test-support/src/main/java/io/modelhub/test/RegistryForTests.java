package io.modelhub.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A real Confluent-compatible schema registry (Apicurio) of its own for a test, empty and in memory: a child process, or in a
 * container with {@code -Dmodelhub.test.containers=true}. Its global compatibility is FULL_TRANSITIVE, as in production.
 */
public final class RegistryForTests implements AutoCloseable {

    private static final String API = "/apis/ccompat/v7";
    private static final Map<String, String> SETTINGS =
            Map.of("QUARKUS_HTTP_HOST", "127.0.0.1", "QUARKUS_LOG_LEVEL", "WARN");

    private final String url;
    private final AutoCloseable server;

    private RegistryForTests(String url, AutoCloseable server) {
        this.url = url;
        this.server = server;
    }

    /** Starts a registry and waits until it answers. */
    public static RegistryForTests start() {
        RegistryForTests registry = Containers.wanted() ? inContainer() : childProcess();
        registry.requireFullCompatibility();
        return registry;
    }

    private static RegistryForTests inContainer() {
        GenericContainer<?> container = new GenericContainer<>("quay.io/apicurio/apicurio-registry:3.0.9")
                .withExposedPorts(8080)
                .waitingFor(Wait.forHttp(API + "/subjects").withStartupTimeout(Eventually.PATIENCE));
        container.start();
        return new RegistryForTests(
                "http://" + container.getHost() + ":" + container.getMappedPort(8080) + API, container);
    }

    private static RegistryForTests childProcess() {
        int port = freePort();
        try {
            Path log = Files.createTempFile("registry-for-tests", ".log");
            Path runner = runner();
            ProcessBuilder command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            runner + File.pathSeparator + EndsWithParent.code(),
                            EndsWithParent.class.getName(),
                            mainClass(runner))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            command.environment().putAll(SETTINGS);
            command.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            Process process = command.start();
            String url = "http://127.0.0.1:" + port + API;
            awaitAnswer(url, process, log.toFile());
            log.toFile().deleteOnExit();
            return new RegistryForTests(url, () -> {
                process.destroy();
                process.waitFor(10, TimeUnit.SECONDS);
                process.destroyForcibly();
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the registry did not start", e);
        }
    }

    /** The registry's own jar, unpacked by this module's build. */
    private static Path runner() throws IOException {
        String folder = System.getProperty("modelhub.test.registry", "");
        if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            throw new IllegalStateException(
                    "the system property modelhub.test.registry must name the folder with the unpacked registry;"
                            + " the Maven build sets it to test-support/target/registry");
        }
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no *-runner.jar in " + folder));
        }
    }

    private static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        }
    }

    private static void awaitAnswer(String url, Process process, File log) {
        long deadline = System.nanoTime() + Eventually.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the registry ended with " + process.exitValue() + ", see " + log);
                }
                if (send("GET", url + "/subjects", "").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            pause();
        }
        process.destroyForcibly();
        throw new IllegalStateException("the registry did not answer within " + Eventually.PATIENCE + ", see " + log);
    }

    private void requireFullCompatibility() {
        try {
            HttpResponse<String> answer = send("PUT", url + "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("the registry refused FULL_TRANSITIVE: " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> send(String method, String url, String body) throws IOException {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Eventually.PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .method(method, publisher)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the registry", e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the registry", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root of its Confluent API. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        Closing.close(server);
    }
}
