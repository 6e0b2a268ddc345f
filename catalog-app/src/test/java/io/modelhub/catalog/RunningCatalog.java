package io.modelhub.catalog;

import io.modelhub.catalog.outbox.OutboxRelay;
import io.modelhub.test.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole app on a port of its own, as an operator runs it, and an HTTP client for it. */
final class RunningCatalog implements AutoCloseable {

    /** 32 bytes of zero: a key for tests only. */
    static final String TEST_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext app;
    private final String root;

    private RunningCatalog(ConfigurableApplicationContext app) {
        this.app = app;
        this.root = "http://127.0.0.1:" + app.getEnvironment().getRequiredProperty("local.server.port");
    }

    /** With everything that it needs. */
    static RunningCatalog start(Platform.Database database) {
        Platform platform = Platform.shared();
        return start(
                database,
                platform.kafka().bootstrapServers(),
                platform.registry().url());
    }

    static RunningCatalog start(Platform.Database database, String bootstrapServers, String registryUrl) {
        return start(settings(database, bootstrapServers, registryUrl));
    }

    /** @param more after these, so that they stand */
    static RunningCatalog start(List<String> settings, String... more) {
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of(more));
        all.add("--server.port=0");
        return new RunningCatalog(SpringApplication.run(CatalogApplication.class, all.toArray(String[]::new)));
    }

    /** What every process of the catalog is told, whether it serves or runs a command. */
    static List<String> settings(Platform.Database database, String bootstrapServers, String registryUrl) {
        return List.of(
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                "--modelhub.schema-registry.url=" + registryUrl,
                "--modelhub.key-encryption.key=" + TEST_KEY);
    }

    /** @param body null: none came */
    record Answer(int status, HttpHeaders headers, String text, JsonNode body) {

        String contentType() {
            return header("Content-Type");
        }

        /** Empty: it was not sent. */
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** {@code field code} of each problem. */
        List<String> errors() {
            List<String> errors = new ArrayList<>();
            body.path("errors")
                    .forEach(error -> errors.add(error.path("field").asString() + " "
                            + error.path("code").asString()));
            return errors;
        }
    }

    Answer post(String path, String json, String... headers) {
        return send("POST", path, HttpRequest.BodyPublishers.ofString(json), "application/json", headers);
    }

    Answer post(String path, Path file) throws IOException {
        return send("POST", path, HttpRequest.BodyPublishers.ofFile(file), "application/json");
    }

    Answer put(String path, String json, String... headers) {
        return send("PUT", path, HttpRequest.BodyPublishers.ofString(json), "application/json", headers);
    }

    Answer patch(String path, String json, String... headers) {
        return send("PATCH", path, HttpRequest.BodyPublishers.ofString(json), "application/merge-patch+json", headers);
    }

    Answer get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), "application/json", headers);
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, HttpRequest.BodyPublishers.noBody(), "application/json", headers);
    }

    /** @param headers names and values in turn */
    Answer send(String method, String path, HttpRequest.BodyPublisher body, String contentType, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(Eventually.PATIENCE)
                .header("Content-Type", contentType)
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            JsonNode json = type.contains("json") ? JSON.readTree(response.body()) : JSON.nullNode();
            return new Answer(response.statusCode(), response.headers(), response.body(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has read what it follows and can do all its work. */
    void awaitReady() {
        Eventually.answers(
                "the readiness of the catalog",
                () -> get("/actuator/health/readiness"),
                readiness -> readiness.status() == 200);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    <T> T bean(String name, Class<T> type) {
        return app.getBean(name, type);
    }

    /** So that another process relays what this one commits. */
    void stopRelay() {
        app.getBean(OutboxRelay.class).stop();
    }

    JdbcClient jdbc() {
        return app.getBean(JdbcClient.class);
    }

    @Override
    public void close() {
        app.close();
    }
}
