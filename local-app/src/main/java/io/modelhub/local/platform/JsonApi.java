package io.modelhub.local.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An app of the platform over HTTP. */
public final class JsonApi {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String app;
    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** An app of the platform on this machine. */
    public JsonApi(String app, int port) {
        this(app, URI.create("http://%s:%d".formatted(Ports.HOST, port)));
    }

    /** @param base where the app listens, without a path */
    public JsonApi(String app, URI base) {
        this.app = app;
        this.base = base;
    }

    /** How a request ended. */
    public sealed interface Answer {

        /** @param body missing where there was none that is JSON */
        record Given(int status, JsonNode body) implements Answer {

            public boolean isSuccess() {
                return status / 100 == 2;
            }
        }

        /** Nobody there, or not able to answer now: ask again later. */
        record NotNow(String reason) implements Answer {}
    }

    public String app() {
        return app;
    }

    public Answer get(String pathAndQuery) throws InterruptedException {
        return send(request(pathAndQuery).GET().build());
    }

    public Answer post(String path, String contentType, HttpRequest.BodyPublisher body) throws InterruptedException {
        return send(request(path).header("Content-Type", contentType).POST(body).build());
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(base.resolve(pathAndQuery))
                .timeout(TIMEOUT)
                .header("Accept", "application/json, application/problem+json");
    }

    private Answer send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = json(response.body());
            if (response.statusCode() == 503 || response.statusCode() == 429) {
                return new Answer.NotNow(body.path("detail").asText("it answers " + response.statusCode()));
            }
            return new Answer.Given(response.statusCode(), body);
        } catch (IOException e) {
            return new Answer.NotNow(
                    "it does not answer (%s)".formatted(e.getClass().getSimpleName()));
        }
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
