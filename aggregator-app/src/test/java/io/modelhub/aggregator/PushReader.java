package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.test.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads the lines of an answer that has no end, as they come. */
final class PushReader implements AutoCloseable {

    /** Is the last line, however the answer ended. */
    static final String END = "(end)";

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PushReader(HttpResponse<InputStream> response) {
        this.response = response;
        Thread reader = new Thread(this::read, "push-reader");
        reader.setDaemon(true);
        reader.start();
    }

    static PushReader open(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return new PushReader(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException | UncheckedIOException e) {
            // It was cut off.
        }
        lines.add(END);
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** The next line, without those that only show that the server lives. */
    String line() throws InterruptedException {
        String line = poll(Eventually.PATIENCE);
        assertThat(line).as("a line in time").isNotNull();
        return line.isBlank() ? line() : line;
    }

    /** The next line; null where none comes in time. */
    String poll(Duration patience) throws InterruptedException {
        return lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
