package io.modelhub.ingest.http;

import io.modelhub.test.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** Sends usage to a running ingest-app. */
record UsageClient(HttpClient http, int port) {

    UsageClient(int port) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), port);
    }

    HttpResponse<String> post(String json) throws Exception {
        return send(request("application/json"), BodyPublishers.ofString(json));
    }

    HttpResponse<String> send(HttpRequest.Builder request, BodyPublisher body) throws Exception {
        return http.send(request.POST(body).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String contentType) {
        return HttpRequest.newBuilder(uri("/v1/usage"))
                .timeout(Eventually.PATIENCE)
                .header("Content-Type", contentType);
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until the readiness probe answers with a status. */
    void awaitReadiness(int status) {
        Eventually.holds(
                "the readiness is " + status,
                () -> get("/actuator/health/readiness").statusCode() == status);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
