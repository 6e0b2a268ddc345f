package io.modelhub.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A user of a running platform: its apps over HTTP, and the signal that ends one of them. */
final class PlatformClient {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Ports ports;

    PlatformClient(Ports ports) {
        this.ports = ports;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Creates an entity of the catalog. */
    JsonNode create(String path, ObjectNode body) throws Exception {
        HttpResponse<String> answer = post(ports.catalog(), path, body.toString());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body());
    }

    HttpResponse<String> post(int port, String path, String body) throws Exception {
        return send("POST", port, path, body);
    }

    HttpResponse<String> patch(int port, String path, String body) throws Exception {
        return send("PATCH", port, path, body);
    }

    HttpResponse<String> delete(int port, String path) throws Exception {
        return send("DELETE", port, path, "");
    }

    private HttpResponse<String> send(String method, int port, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(port, path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    JsonNode get(int port, String path) throws Exception {
        HttpResponse<String> answer = send(port, path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /** 0 where nobody answers. */
    int status(int port, String path) throws Exception {
        try {
            return send(port, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> send(int port, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(port, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** As {@code kill -9}; the platform starts it again. */
    static void killAggregator() {
        ProcessHandle aggregator = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("aggregator-app.jar"))
                .findFirst()
                .orElseThrow();
        assertThat(aggregator.destroyForcibly()).isTrue();
    }

    /** Now. A daily quota is about the day that contains now: not so near to midnight that the day ends under a test. */
    static Instant endOfTraffic() throws InterruptedException {
        Instant midnight = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        while (Duration.between(Instant.now(), midnight).compareTo(Duration.ofMinutes(3)) < 0
                && Instant.now().isBefore(midnight)) {
            Thread.sleep(1_000);
        }
        return Instant.now();
    }
}
