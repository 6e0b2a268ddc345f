package io.modelhub.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Push queries that are all open at once, each of the minutes of one organization; those with the most calls. */
final class PushQueries implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<InputStream> open = new ArrayList<>();
    private final AtomicLong rows = new AtomicLong();

    static PushQueries open(int port, int count) throws InterruptedException {
        PushQueries queries = new PushQueries();
        for (int i = 0; i < count; i++) {
            InputStream stream = opened(
                    port,
                    "SELECT organization, model, windowstart, requests, cost FROM USAGE_1M WHERE organization = 'organization-%04d' EMIT CHANGES;"
                            .formatted(i));
            queries.open.add(stream);
            Thread reader = new Thread(() -> queries.count(stream), "push-" + i);
            reader.setDaemon(true);
            reader.start();
        }
        return queries;
    }

    /**
     * The lines of a push query, once it is subscribed.
     *
     * @throws BenchFailure it is refused
     */
    static InputStream opened(int port, String statement) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/query-stream".formatted(port)))
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"%s\"}".formatted(statement)))
                .build();
        try {
            HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new BenchFailure("A push query is refused: "
                        + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(InputStream stream) {
        byte[] buffer = new byte[8 * 1024];
        try {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        rows.incrementAndGet();
                    }
                }
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    /** Lines that came so far, those before the first row too. */
    long rows() {
        return rows.get();
    }

    @Override
    public void close() {
        for (InputStream stream : open) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
